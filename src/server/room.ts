import type { Broker, LogGap, Subscription } from "../broker/broker.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import type { GapFrame } from "../protocol/frames.ts";
import type { PresenceMode } from "../protocol/handshake.ts";
import type { ChatMessage, Position } from "../protocol/message.ts";
import { batchFrames, encodeServerFrame } from "../protocol/native.ts";
import type { Instruments } from "./instruments.ts";
import { type OwnMessage, OwnMessages } from "./own-messages.ts";
import { Presence } from "./presence.ts";
import type { PublishToTopic, Socket } from "./socket.ts";

/** Somebody in a room. */
export interface Member {
  readonly dialect: DialectName;
  readonly name: string;
  /** What it wants to hear of who is there; only the native dialect has words for it. */
  readonly presence: PresenceMode;
  readonly socket: Socket;
  /** Whether it can be asked to go elsewhere. */
  readonly isMovable: boolean;
  /** Asks it to go on at `redirect` within that time. */
  redistribute(reason: string, redirect: string, withinMs: number): void;
}

/**
 * The members of one room on this server, and the fan-out to them. A message is encoded once per dialect and
 * published to one topic per dialect; the socket layer does the rest without calling back.
 */
export class Room {
  readonly presence: Presence;
  /** Those of clients here that have not come back from the log. */
  readonly own = new OwnMessages();
  private readonly members = new Set<Member>();
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
    private readonly id: string,
    private readonly publish: PublishToTopic,
    private readonly instruments: Instruments,
  ) {
    this.presence = new Presence({ counts: `${id}/counts`, names: `${id}/names` }, publish, this.members);
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
    this.live[member.dialect]++;
    this.instruments.counters.joins++;
    member.socket.subscribe(`${this.id}/${member.dialect}`);
    if (member.presence !== "none") {
      member.socket.subscribe(`${this.id}/${member.presence}`);
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

  /** The member's socket stays open, but no longer belongs to this room. */
  silence(member: Member): void {
    for (const topic of [member.dialect, "counts", "names"]) member.socket.unsubscribe(`${this.id}/${topic}`);
  }

  end(): void {
    this.presence.stop();
    this.subscription?.unsubscribe();
  }

  /** Part of the log is lost to everyone here: the clients that can be told are told. */
  private pass({ from, to }: LogGap): void {
    this.delivered = to;
    this.own.clear();
    const frame: GapFrame =
      from.epoch === to.epoch
        ? { type: "gap", from: from.offset + 1, to: to.offset, reason: "trimmed" }
        : { type: "gap", from: 1, to: to.offset, reason: "epoch", epoch: to.epoch };
    if (this.live.native > 0) this.publish(`${this.id}/native`, encodeServerFrame(frame));
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
    const heardAt = trace === null ? 0 : clock.now();
    const own = this.own.takeFrom(messages);
    for (const dialect of DIALECT_NAMES) {
      const listeners = this.live[dialect];
      if (listeners === 0) continue;
      const encoded = messages.map(dialects[dialect].encodeMessage);
      const frames = dialect === "native" ? [...batchFrames(encoded)] : encoded;
      for (const frame of frames) {
        this.publish(`${this.id}/${dialect}`, frame);
        counters.bytes.out += Buffer.byteLength(frame) * listeners;
      }
      counters.deliveries += messages.length * listeners;
      counters.ownDeliveries += own.length * listeners;
      counters.socketWrites += frames.length * listeners;
      this.writes += frames.length * listeners;
    }
    counters.heard += messages.length;
    counters.batchSizes.add(messages.length);
    if (own.length > 0) this.measure(own);
    trace?.delivered(messages, own, heardAt, clock.now());
    this.moved();
  }

  /** The last frame of these has been sent. */
  private measure(own: readonly OwnMessage[]): void {
    const { counters, clock } = this.instruments;
    const now = clock.now();
    for (const { receivedAt } of own) counters.processing.add((now - receivedAt) / 1000);
  }
}
