import { openBunSocket } from "../client/bun-socket.ts";
import { Connection, type RoomMessage } from "../client/connection.ts";
import { type Random, randomId } from "../lib/random.ts";
import type { GapFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import type { HistoryEvent } from "./history-event.ts";
import { gapOf, numberIn, type RoomEvent, WireTap } from "./wire-tap.ts";

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
 * A client that counts its messages aloud and writes down what it sees: under `{name}`, what the connection makes of all
 * its sockets, and each of these by itself as the tap hears it.
 */
export class Witness {
  readonly connection: Connection;
  /** Messages that the connection delivered. */
  received = 0;
  /** The epoch in which this client is. */
  epoch = "";
  /** Everything of it up to here was delivered, or will not be. */
  offset = 0;
  /** The highest offset that was acknowledged since `forget`. */
  ackedOffset = 0;
  /** Gaps that this client was told of. */
  gaps = 0;
  /** Messages that could not be stored for the moment, each time. */
  refusals = 0;
  /** What the server or the connection complained of. */
  readonly complaints: string[] = [];
  /** The highest number of each other client that was delivered. */
  readonly heard = new Map<string, number>();
  private readonly tap: WireTap;
  private readonly numbers = new Map<MessageId, number>();
  private last = 0;
  /** The last number before `forget`. */
  private forgotten = 0;

  constructor(private readonly options: WitnessOptions) {
    const { url, room, name, random, route = (address) => address } = options;
    this.tap = new WireTap(name, (event) => this.note(event));
    const openSocket = this.tap.over(openBunSocket, route);
    this.connection = new Connection(
      { url, room, name, session: randomId(random, 20), history: 0, presence: "none", openSocket, random },
      {
        onOnline: (welcome, again) => this.enter(welcome, again),
        onMoved: (welcome) => this.enter(welcome, true),
        onOffline() {},
        onEnd: (reason, code) => {
          if (code !== 1000) this.complaints.push(`${name} was sent away: ${reason} (${code})`);
        },
        onMessage: (message) => this.see(message),
        onAck: (id) => this.ack(id),
        onGap: (gap) => this.tell(gap),
        onPresence() {},
        onError: ({ code, message, retryable }) => {
          if (retryable) this.refusals++;
          else this.complaints.push(`${name}: ${code}: ${message}`);
        },
      },
    );
    this.connection.connect();
  }

  /** Times that a server sent this client to another one. */
  get redirects(): number {
    return this.tap.redirects;
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

  private enter({ epoch, offset, replay }: WelcomeFrame, again: boolean): void {
    const { name: client } = this.options;
    this.goTo(epoch);
    if (again) this.note({ type: "rejoined", client, epoch });
    else this.note({ type: "joined", client, epoch, offset: offset - replay });
  }

  private see({ offset, sender, text }: RoomMessage): void {
    const number = numberIn(text);
    this.received++;
    this.offset = Math.max(this.offset, offset);
    this.heard.set(sender, Math.max(this.heard.get(sender) ?? 0, number));
    this.note({ type: "seen", client: this.options.name, offset, sender, number });
  }

  private tell(gap: GapFrame): void {
    this.gaps++;
    this.goTo(gap.epoch ?? this.epoch);
    this.offset = Math.max(this.offset, gap.to);
    this.note({ type: "gap", client: this.options.name, ...gapOf(gap, this.epoch) });
  }

  private ack(id: MessageId): void {
    const number = this.numbers.get(id)!;
    const { epoch, offset } = this.tap.acks.get(id)!;
    if (number > this.forgotten) this.ackedOffset = Math.max(this.ackedOffset, offset);
    this.note({ type: "acked", sender: this.options.name, number, epoch, offset });
  }

  private goTo(epoch: string): void {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    this.offset = 0;
  }

  private note(event: RoomEvent): void {
    this.options.history.push({ room: this.options.room, at: performance.now(), ...event });
  }
}
