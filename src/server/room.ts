import type { Broker, LogGap, Subscription } from "../broker/broker.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import type { GapFrame } from "../protocol/frames.ts";
import type { PresenceMode } from "../protocol/handshake.ts";
import type { ChatMessage, Position } from "../protocol/message.ts";
import { batchFrames, encodeServerFrame, native } from "../protocol/native.ts";
import type { BatchWindow } from "./batch-window.ts";
import { Gathering } from "./gathering.ts";
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
 * published to one topic per dialect; the socket layer does the rest without calling back. Native clients take many
 * messages in one frame, so in a hot room theirs are gathered.
 */
export class Room {
  readonly presence: Presence;
  /** Those of clients here that have not come back from the log. */
  readonly own = new OwnMessages();
  private readonly members = new Set<Member>();
  /** What the log has delivered and native clients have not been sent. */
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
    private readonly id: string,
    private readonly publish: PublishToTopic,
    private readonly window: BatchWindow,
    private readonly instruments: Instruments,
  ) {
    this.gathering = new Gathering(window, instruments.clock, (frames, deliveries) =>
      this.sendGathered(frames, deliveries),
    );
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
    // What waits is before it: the member has it already.
    this.flush();
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

  /** Sends what waits for more to go with it. */
  flush(): void {
    this.gathering.flush();
  }

  /** The member's socket stays open, but no longer belongs to this room. */
  silence(member: Member): void {
    this.flush();
    for (const topic of [member.dialect, "counts", "names"]) member.socket.unsubscribe(`${this.id}/${topic}`);
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
    const delivery: Delivery = {
      messages,
      own: this.own.takeFrom(messages),
      heardAt: trace === null ? 0 : clock.now(),
    };
    counters.heard += messages.length;
    counters.batchSizes.add(messages.length);
    for (const dialect of DIALECT_NAMES) {
      if (dialect === "native" || this.live[dialect] === 0) continue;
      this.send(dialect, messages.map(dialects[dialect].encodeMessage), [delivery]);
    }
    // One frame may hold many messages for native clients, so theirs may wait for more.
    if (this.live.native > 0) this.gathering.add(messages.map(native.encodeMessage), delivery);
    else this.finish(delivery);
    this.moved();
  }

  /** Frames go out to all of a dialect. */
  private send(dialect: DialectName, frames: readonly string[], deliveries: readonly Delivery[]): void {
    const { counters, clock } = this.instruments;
    const listeners = this.live[dialect];
    for (const frame of frames) {
      this.publish(`${this.id}/${dialect}`, frame);
      counters.bytes.out += Buffer.byteLength(frame) * listeners;
    }
    counters.socketWrites += frames.length * listeners;
    this.writes += frames.length * listeners;
    let sent = 0;
    for (const { messages, own } of deliveries) {
      sent += messages.length * listeners;
      counters.ownDeliveries += own.length * listeners;
    }
    counters.deliveries += sent;
    this.window.delivered(sent, clock.now());
  }

  private sendGathered(encoded: readonly string[], deliveries: readonly Delivery[]): void {
    this.send("native", [...batchFrames(encoded)], deliveries);
    for (const delivery of deliveries) this.finish(delivery);
  }

  /** The last of its frames has been sent. */
  private finish({ messages, own, heardAt }: Delivery): void {
    const { counters, clock, trace } = this.instruments;
    if (own.length === 0 && trace === null) return;
    const now = clock.now();
    for (const { receivedAt } of own) counters.processing.add((now - receivedAt) / 1000);
    trace?.delivered(messages, own, heardAt, now);
  }
}
