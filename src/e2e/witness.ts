import { openBunSocket } from "../client/bun-socket.ts";
import { Connection } from "../client/connection.ts";
import type { ClientSocket, OpenSocket } from "../client/socket.ts";
import { type Random, randomId } from "../lib/random.ts";
import type { ServerEvent } from "../protocol/dialect.ts";
import type { MessageId } from "../protocol/message.ts";
import { native } from "../protocol/native.ts";
import type { HistoryEvent } from "./history-checker.ts";

export interface WitnessOptions {
  /** `ws://127.0.0.1:port`. */
  url: string;
  room: string;
  name: string;
  random: Random;
  history: HistoryEvent[];
}

/**
 * A client that counts its messages aloud and writes down what it sees, as two views: `{name}` is what came over the
 * wire, before the connection could hide a repeat, and `{name}'s screen` what the connection made of it.
 */
export class Witness {
  readonly connection: Connection;
  /** Messages that came over the wire. */
  received = 0;
  /** The highest offset that came over the wire. */
  offset = 0;
  /** The highest offset that this client knows of: seen, or acknowledged. */
  known = 0;
  /** Gaps that the server told of. */
  gaps = 0;
  /** What the server or the connection complained of. */
  readonly complaints: string[] = [];
  private readonly numbers = new Map<MessageId, number>();
  private epoch = "";
  private hasJoined = false;
  private last = 0;

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
        onGap: ({ from, to, reason }) =>
          this.note({ type: "gap", client: this.screen, from, to, newEpoch: reason === "epoch" }),
        onPresence() {},
        onError: ({ code, message }) => this.complaints.push(`${name}: ${code}: ${message}`),
      },
    );
    this.connection.connect();
  }

  /** Publishes the next number, padded to `size` characters. */
  speak(size = 0): void {
    const number = ++this.last;
    this.note({ type: "published", sender: this.options.name, number });
    this.numbers.set(this.connection.send(`${number} `.padEnd(size, "x")), number);
  }

  /** In the room, and everything that it said is acknowledged. */
  get isSettled(): boolean {
    return this.connection.isOnline && this.connection.unacked === 0;
  }

  /** Hears each frame that the connection is about to hear: not those of a socket that it has given up. */
  private tap(open: OpenSocket): OpenSocket {
    return (url, subprotocols) => {
      const socket = open(url, subprotocols) as ClientSocket & WebSocket;
      socket.addEventListener("message", ({ data }) => {
        if (socket.onmessage === null || typeof data !== "string") return;
        for (const event of native.decodeFromServer(data)) this.hear(event);
      });
      return socket;
    };
  }

  private hear(event: ServerEvent): void {
    const { name } = this.options;
    switch (event.type) {
      case "welcome":
        this.epoch = event.epoch;
        for (const client of [name, this.screen]) {
          if (this.hasJoined) this.note({ type: "rejoined", client, epoch: event.epoch });
          else this.note({ type: "joined", client, epoch: event.epoch, offset: event.offset - event.replay });
        }
        this.hasJoined = true;
        break;
      case "message": {
        const number = Number.parseInt(event.text, 10);
        this.received++;
        this.offset = Math.max(this.offset, event.offset!);
        this.known = Math.max(this.known, event.offset!);
        this.note({ type: "seen", client: name, offset: event.offset!, sender: event.sender!, number });
        break;
      }
      case "gap":
        this.gaps++;
        this.note({
          ...{ type: "gap", client: name, from: event.from, to: event.to },
          newEpoch: event.reason === "epoch",
        });
        break;
      case "ack": {
        const number = this.numbers.get(event.message_id)!;
        this.known = Math.max(this.known, event.offset);
        this.note({ type: "acked", sender: name, number, epoch: this.epoch, offset: event.offset });
        break;
      }
    }
  }

  private get screen(): string {
    return `${this.options.name}'s screen`;
  }

  private note(event: WithoutRoom<HistoryEvent>): void {
    this.options.history.push({ room: this.options.room, ...event });
  }
}

type WithoutRoom<T> = T extends unknown ? Omit<T, "room"> : never;
