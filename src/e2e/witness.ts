import { openBunSocket } from "../client/bun-socket.ts";
import { Connection } from "../client/connection.ts";
import type { ClientSocket, OpenSocket } from "../client/socket.ts";
import { type Random, randomId } from "../lib/random.ts";
import type { ServerEvent } from "../protocol/dialect.ts";
import { decodePosition, type MessageId } from "../protocol/message.ts";
import { native } from "../protocol/native.ts";
import type { HistoryEvent } from "./history-event.ts";

export interface WitnessOptions {
  /** `ws://127.0.0.1:port`. */
  url: string;
  room: string;
  name: string;
  random: Random;
  history: HistoryEvent[];
  /** Called with each address before it is connected to; answers with where it really goes. */
  route?: (url: string) => string;
}

/**
 * A client that counts its messages aloud and writes down what it sees, as two views: `{name}` is what came over the
 * wire, before the connection could hide a repeat, and `{name}'s screen` what the connection made of it.
 */
export class Witness {
  readonly connection: Connection;
  /** Messages that came over the wire. */
  received = 0;
  /** The epoch in which this client is. */
  epoch = "";
  /** The highest offset of it that came over the wire. */
  offset = 0;
  /** The highest offset that was acknowledged since `forget`. */
  ackedOffset = 0;
  /** Gaps that the server told of. */
  gaps = 0;
  /** Messages that could not be stored for the moment, each time. */
  refusals = 0;
  /** Times that a server sent this client to another one. */
  redirects = 0;
  /** What the server or the connection complained of. */
  readonly complaints: string[] = [];
  /** The highest number of each other client that came over the wire. */
  readonly heard = new Map<string, number>();
  private readonly numbers = new Map<MessageId, number>();
  private hasJoined = false;
  private last = 0;
  /** The last number before `forget`. */
  private forgotten = 0;

  constructor(private readonly options: WitnessOptions) {
    const { url, room, name, random } = options;
    this.connection = new Connection(
      {
        ...{ url, room, name, session: randomId(random, 20), history: 0, presence: "none" },
        ...{ openSocket: this.tap(openBunSocket), random },
      },
      {
        onOnline() {},
        onOffline() {},
        onEnd: (reason, code) => {
          if (code !== 1000) this.complaints.push(`${name} was sent away: ${reason} (${code})`);
        },
        onMessage: ({ offset, sender, text }) =>
          this.note({ type: "seen", client: this.screen, offset, sender, number: Number.parseInt(text, 10) }),
        onAck() {},
        onGap: (gap) => this.noteGap(this.screen, gap),
        onPresence() {},
        onError: ({ code, message, retryable }) => {
          if (retryable) this.refusals++;
          else this.complaints.push(`${name}: ${code}: ${message}`);
        },
      },
    );
    this.connection.connect();
  }

  /** Publishes the next number, padded to `size` characters; returns it. */
  speak(size = 0): number {
    const number = ++this.last;
    this.note({ type: "published", sender: this.options.name, number });
    this.numbers.set(this.connection.send(`${number} `.padEnd(size, "x")), number);
    return number;
  }

  /** The log was lost: what was published before may never come. */
  forget(): void {
    this.forgotten = this.last;
    this.ackedOffset = 0;
  }

  /** In the room, and everything that it said is acknowledged. */
  get isSettled(): boolean {
    return this.connection.isOnline && this.connection.unacked === 0;
  }

  /** Hears each frame that the connection is about to hear: not those of a socket that it has given up. */
  private tap(open: OpenSocket): OpenSocket {
    return (url, subprotocols) => {
      const socket = open(this.options.route?.(url) ?? url, subprotocols) as ClientSocket & WebSocket;
      const since = decodePosition(new URL(url).searchParams.get("since") ?? "");
      let known = 0;
      socket.addEventListener("message", ({ data }) => {
        if (socket.onmessage === null || typeof data !== "string") return;
        for (const event of native.decodeFromServer(data)) {
          // While this socket was opened another one went on: what that brought comes again here, as it has to.
          if (event.type === "welcome") known = event.epoch === this.epoch ? this.offset : 0;
          // Offsets of another epoch mean other messages.
          if (event.type === "gap" && event.epoch !== undefined) known = 0;
          const isKnown = event.type === "message" && event.offset! <= known;
          if (!isKnown || since === null || event.offset! <= since.offset) this.hear(event);
        }
      });
      return socket;
    };
  }

  private hear(event: ServerEvent): void {
    const { name } = this.options;
    switch (event.type) {
      case "welcome":
        this.enter(event.epoch);
        for (const client of [name, this.screen]) {
          if (this.hasJoined) this.note({ type: "rejoined", client, epoch: event.epoch });
          else this.note({ type: "joined", client, epoch: event.epoch, offset: event.offset - event.replay });
        }
        this.hasJoined = true;
        break;
      case "message": {
        const [offset, sender, number] = [event.offset!, event.sender!, Number.parseInt(event.text, 10)];
        this.received++;
        this.offset = Math.max(this.offset, offset);
        this.heard.set(sender, Math.max(this.heard.get(sender) ?? 0, number));
        this.note({ type: "seen", client: name, offset, sender, number });
        break;
      }
      case "gap":
        this.gaps++;
        this.enter(event.epoch ?? this.epoch);
        this.noteGap(name, event);
        break;
      case "ack": {
        const number = this.numbers.get(event.message_id)!;
        if (number > this.forgotten) this.ackedOffset = Math.max(this.ackedOffset, event.offset);
        this.note({ type: "acked", sender: name, number, epoch: this.epoch, offset: event.offset });
        break;
      }
      case "redistribute":
        this.redirects++;
        break;
    }
  }

  private enter(epoch: string): void {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    this.offset = 0;
  }

  private noteGap(client: string, { from, to, reason }: Gap): void {
    const newEpoch = reason === "epoch" ? this.epoch : null;
    this.note({ type: "gap", client, from, to, newEpoch });
  }

  private get screen(): string {
    return `${this.options.name}'s screen`;
  }

  private note(event: WithoutRoom<HistoryEvent>): void {
    this.options.history.push({ room: this.options.room, at: performance.now(), ...event });
  }
}

type Gap = Extract<ServerEvent, { type: "gap" }>;
type WithoutRoom<T> = T extends unknown ? Omit<T, "room"> : never;
