import type { Broker, LogGap, Subscription } from "../broker/broker.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import type { GapFrame } from "../protocol/frames.ts";
import type { PresenceMode } from "../protocol/handshake.ts";
import { BATCH_BYTES } from "../protocol/limits.ts";
import type { ChatMessage, Position } from "../protocol/message.ts";
import { encodeServerFrame } from "../protocol/native.ts";
import type { BatchWindow } from "./batch-window.ts";
import { Gathering } from "./gathering.ts";
import type { Instruments } from "./instruments.ts";
import { type OwnMessage, OwnMessages } from "./own-messages.ts";
import { Presence } from "./presence.ts";
import type { FanOut, Socket } from "./socket.ts";

/** Somebody in a room. */
export interface Member {
  readonly dialect: DialectName;
  readonly name: string;
  /** What it wants to hear of who is there; only the native dialect has words for it. */
  readonly presence: PresenceMode;
  readonly socket: Pick<Socket, "subscribe" | "unsubscribe" | "getBufferedAmount">;
  /** Sends a frame to it alone. */
  send(frame: string): void;
  /** Whether it can be asked to go elsewhere. */
  readonly isMovable: boolean;
  /** Asks it to go on at `redirect` within that time. */
  redistribute(reason: string, redirect: string, withinMs: number): void;
}

/** Messages of one call of the log. */
interface Delivery {
  messages: readonly ChatMessage[];
  /** Those of clients of this server. */
  own: readonly OwnMessage[];
  /** When the log told of them, milliseconds since the epoch; 0 where nobody asks. */
  heardAt: number;
}

/**
 * The members of one room on this server, and the fan-out to them. A message is encoded once per dialect and
 * published to one topic per dialect; the socket layer does the rest without calling back. In a hot room messages are
 * gathered: many of them then cost each client's socket one write, and those who understand batches one frame.
 */
export class Room {
  readonly presence: Presence;
  /** What members subscribe to: the messages in their dialect, and what they want to hear of who is there. */
  private readonly topics: Record<DialectName | "counts" | "names", string>;
  /** Those of clients here that have not come back from the log. */
  readonly own = new OwnMessages();
  private readonly members = new Set<Member>();
  /** What the log has delivered and the members have not been sent. */
  private readonly gathering: Gathering<Delivery>;
  private readonly live: Record<DialectName, number> = { native: 0, plain: 0, register: 0 };
  private subscription: Subscription | null = null;
  private delivered: Position = { epoch: "", offset: 0 };
  private whenMoved: Array<() => void> = [];
  /** Members that can be asked to go elsewhere. */
  movable = 0;
  /** Socket writes since the room began. */
  writes = 0;

  /** `id` is short and unique on this server: it names the room's topics. */
  constructor(
    readonly name: string,
    id: string,
    private readonly fanOut: FanOut,
    private readonly window: BatchWindow,
    private readonly instruments: Instruments,
  ) {
    const topics = [...DIALECT_NAMES, "counts", "names"].map((topic) => [topic, `${id}/${topic}`]);
    this.topics = Object.fromEntries(topics);
    this.gathering = new Gathering(window, instruments.clock, (deliveries, now) =>
      this.sendGathered(deliveries, now),
    );
    this.presence = new Presence(this.topics, fanOut.publish, this.members);
  }

  get size(): number {
    return this.members.size;
  }

  get everyone(): Iterable<Member> {
    return this.members;
  }

  /** Everything up to here has gone out to the live members. */
  get position(): Position {
    return this.delivered;
  }

  /** Calls back once, when the position has moved on next. */
  onceMoved(callback: () => void): void {
    this.whenMoved.push(callback);
  }

  async subscribe(broker: Broker): Promise<void> {
    this.subscription = await broker.subscribe(
      this.name,
      (messages) => this.deliver(messages),
      (gap) => this.pass(gap),
    );
    // What happened while the promise was on its way counts: a gap has set the epoch, a delivery the offset.
    if (this.delivered.epoch !== "") return;
    const { epoch, offset } = this.subscription.position;
    this.delivered = { epoch, offset: Math.max(offset, this.delivered.offset) };
  }

  /** The member counts from now on, but hears nothing before `goLive`. */
  add(member: Member): void {
    this.members.add(member);
    if (member.isMovable) this.movable++;
    this.presence.change();
  }

  /** From now on the member gets every message after `position`. */
  goLive(member: Member): void {
    // What waits is before it: the member has it already.
    this.flush();
    this.live[member.dialect]++;
    this.instruments.counters.joins++;
    member.socket.subscribe(this.topics[member.dialect]);
    if (member.presence !== "none") {
      member.socket.subscribe(this.topics[member.presence]);
      this.presence.watchers[member.presence]++;
    }
  }

  /** Takes the member out; `wasLive` says whether it had gone live. */
  remove(member: Member, wasLive: boolean): void {
    if (!this.members.delete(member)) return;
    if (member.isMovable) this.movable--;
    if (wasLive) this.live[member.dialect]--;
    if (wasLive && member.presence !== "none") this.presence.watchers[member.presence]--;
    this.presence.change();
  }

  /** Sends what waits for more to go with it. */
  flush(): void {
    this.gathering.flush();
  }

  /** The member's socket stays open, but no longer belongs to this room. */
  silence(member: Member): void {
    this.flush();
    for (const topic of Object.values(this.topics)) member.socket.unsubscribe(topic);
  }

  end(): void {
    this.flush();
    this.presence.stop();
    this.subscription?.unsubscribe();
  }

  /** Part of the log is lost to everyone here: the clients that can be told are told. */
  private pass({ from, to }: LogGap): void {
    this.flush();
    this.delivered = to;
    this.own.clear();
    const frame: GapFrame =
      from.epoch === to.epoch
        ? { type: "gap", from: from.offset + 1, to: to.offset, reason: "trimmed" }
        : { type: "gap", from: 1, to: to.offset, reason: "epoch", epoch: to.epoch };
    if (this.live.native > 0) this.fanOut.publish(this.topics.native, encodeServerFrame(frame));
    this.moved();
  }

  private moved(): void {
    const callbacks = this.whenMoved;
    if (callbacks.length === 0) return;
    this.whenMoved = [];
    for (const callback of callbacks) callback();
  }

  private deliver(messages: readonly ChatMessage[]): void {
    this.delivered = { epoch: this.delivered.epoch, offset: messages.at(-1)!.offset };
    const { counters, clock, trace } = this.instruments;
    counters.heard += messages.length;
    counters.batchSizes.add(messages.length);
    const own = this.own.takeFrom(messages);
    this.gathering.add({ messages, own, heardAt: trace === null ? 0 : clock.now() });
    this.moved();
  }

  private sendGathered(deliveries: readonly Delivery[], now: number): void {
    const messages = deliveries.flatMap(({ messages }) => messages);
    let listeners = 0;
    for (const dialect of DIALECT_NAMES) {
      if (this.live[dialect] === 0) continue;
      listeners += this.live[dialect];
      this.send(dialect, dialects[dialect].encodeMessages(messages), now);
    }
    const { counters, clock } = this.instruments;
    counters.deliveries += messages.length * listeners;
    const sentAt = clock.now();
    for (const delivery of deliveries) {
      counters.ownDeliveries += delivery.own.length * listeners;
      this.finish(delivery, sentAt);
    }
  }

  /** Frames go out to all of a dialect, together. */
  private send(dialect: DialectName, frames: readonly string[], now: number): void {
    const { counters } = this.instruments;
    const listeners = this.live[dialect];
    const bytes = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
    this.fanOut.prepare(bytes * listeners);
    for (const frame of frames) this.fanOut.publish(this.topics[dialect], frame);
    counters.bytes.out += bytes * listeners;
    counters.socketWrites += frames.length * listeners;
    this.writes += frames.length * listeners;
    // What is published in one go leaves in one write, as far as the cork buffer holds it.
    this.window.wrote(Math.ceil(bytes / BATCH_BYTES) * listeners, now);
  }

  /** The last of its frames has been sent. */
  private finish({ messages, own, heardAt }: Delivery, now: number): void {
    const { counters, trace } = this.instruments;
    for (const { receivedAt } of own) counters.processing.add((now - receivedAt) / 1000);
    trace?.delivered(messages, own, heardAt, now);
  }
}
