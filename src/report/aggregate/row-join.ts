import { Distribution, type DistributionState } from "../../lib/distribution.ts";
import { Timeline, type TimelineState } from "../../results/timeline.ts";
import { Irregular } from "./irregular.ts";
import { type MessageColumns, MessageTable, type Slot } from "./message-table.ts";
import { WarmUp } from "./warm-up.ts";

/** What was joined, on its way from one process to another. */
export interface JoinState {
  messages: MessageColumns;
  /** Deliveries whose message was not seen as sent: its slot, and when each came. */
  waiting: { slots: Uint32Array; receivedUs: Float64Array };
  fromSent: DistributionState;
  fromScheduled: DistributionState;
  timeline: TimelineState;
  sentTwice: number;
  negative: number;
}

/**
 * Joins the rows of messages with those of their deliveries, in any order, and adds up how long they took. Clients and
 * messages are numbers here, times microseconds since the epoch. Memory grows with the messages (and with the
 * latencies over a second), not with the rows.
 */
export class RowJoin {
  readonly table = new MessageTable();
  readonly fromSent = new Distribution();
  readonly fromScheduled = new Distribution();
  /** To be replaced, if ever, before the first row. */
  timeline = new Timeline();
  sentTwice = 0;
  negative = 0;
  /** To be set before the first row. */
  warmUp = new WarmUp(0, null);
  /** Times of deliveries whose message was not seen as sent, or may count after all. */
  private readonly waiting = new Map<Slot, number[]>();

  /** `scheduledUs` is NaN without a plan. */
  sent(sender: number, messageId: number, sentUs: number, scheduledUs: number): void {
    const slot = this.table.slot(sender, messageId);
    if (!Number.isNaN(this.table.sentAt(slot))) {
      this.sentTwice++;
      return;
    }
    this.table.setSent(slot, sentUs, scheduledUs);
    this.timeline.originUs ??= this.dueAt(slot) + this.warmUp.lengthUs;
    if (this.warmUp.covers(this.dueAt(slot))) this.leaveOut(slot);
    else this.count(slot);
  }

  received(sender: number, messageId: number, receivedUs: number): void {
    this.deliver(this.table.slot(sender, messageId), receivedUs);
  }

  /** Deliveries whose message was never seen as sent. */
  get unmatched(): number {
    let unmatched = 0;
    for (const [slot, times] of this.waiting) {
      if (Number.isNaN(this.table.sentAt(slot))) unmatched += times.length;
    }
    return unmatched;
  }

  /** Counts what was left out only until it was known when the run began. More rows may follow. */
  settle(): void {
    if (this.warmUp.isFixed) return;
    for (let slot = 0; slot < this.table.length; slot++) {
      if (!(this.table.sentAt(slot) < 0) || this.warmUp.covers(this.dueAt(slot))) continue;
      this.table.turn(slot);
      this.count(slot);
    }
  }

  state(): JoinState {
    const slots: number[] = [];
    const receivedUs: number[] = [];
    for (const [slot, times] of this.waiting) {
      for (const us of times) {
        slots.push(slot);
        receivedUs.push(us);
      }
    }
    const { sentTwice, negative } = this;
    return {
      messages: this.table.state(),
      waiting: { slots: Uint32Array.from(slots), receivedUs: Float64Array.from(receivedUs) },
      fromSent: this.fromSent.state(),
      fromScheduled: this.fromScheduled.state(),
      timeline: this.timeline.state(),
      ...{ sentTwice, negative },
    };
  }

  /**
   * Adds what was joined of other rows of the same run, with the same warm-up. `senders`: the numbers here of the
   * clients there. Throws `Irregular` when a message was sent here and there, or a timeline begins at another time:
   * then the order of the rows matters.
   */
  merge({ messages, waiting, ...other }: JoinState, senders: Uint32Array): void {
    if (this.timeline.originUs !== other.timeline.originUs) throw new Irregular("slots of other times");
    const slots = new Uint32Array(messages.ids.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = this.table.slot(senders[messages.senders[i]!]!, messages.ids[i]!);
      slots[i] = slot;
      this.table.delivered(slot, messages.deliveries[i]!);
      if (!Number.isNaN(messages.sentUs[i]!))
        this.mergeSent(slot, messages.sentUs[i]!, messages.scheduledUs[i]!);
    }
    this.fromSent.merge(other.fromSent);
    this.fromScheduled.merge(other.fromScheduled);
    this.timeline.merge(other.timeline);
    this.sentTwice += other.sentTwice;
    this.negative += other.negative;
    for (const [i, slot] of waiting.slots.entries()) this.deliver(slots[slot]!, waiting.receivedUs[i]!);
  }

  /** The message was counted or left out where it was read; its deliveries here were not. */
  private mergeSent(slot: Slot, sentUs: number, scheduledUs: number): void {
    if (!Number.isNaN(this.table.sentAt(slot)))
      throw new Irregular("a message is sent in two parts of the file");
    this.table.setSent(slot, sentUs, scheduledUs);
    if (sentUs >= 0) this.deliverWaiting(slot);
    else this.forget(slot);
    if (!this.warmUp.isFixed) this.warmUp.covers(this.dueAt(slot));
  }

  private count(slot: Slot): void {
    const sentUs = this.table.sentAt(slot);
    this.timeline.sent(sentUs);
    this.deliverWaiting(slot);
  }

  private leaveOut(slot: Slot): void {
    this.table.turn(slot);
    this.forget(slot);
  }

  /** A message that is left out for good has no use for its deliveries. */
  private forget(slot: Slot): void {
    if (this.warmUp.isFixed) this.waiting.delete(slot);
  }

  private deliverWaiting(slot: Slot): void {
    const early = this.waiting.get(slot);
    if (early === undefined) return;
    this.waiting.delete(slot);
    for (const receivedUs of early) this.deliver(slot, receivedUs);
  }

  private deliver(slot: Slot, receivedUs: number): void {
    const sentUs = this.table.sentAt(slot);
    if (!(sentUs >= 0)) {
      if (Number.isNaN(sentUs) || !this.warmUp.isFixed) this.wait(slot, receivedUs);
      return;
    }
    this.table.delivered(slot);
    if (receivedUs < sentUs) this.negative++;
    this.fromSent.add(receivedUs - sentUs);
    const scheduledUs = this.table.scheduledAt(slot);
    const isPlanned = !Number.isNaN(scheduledUs);
    if (isPlanned) this.fromScheduled.add(receivedUs - scheduledUs);
    this.timeline.received(receivedUs, isPlanned ? scheduledUs : sentUs);
  }

  private wait(slot: Slot, receivedUs: number): void {
    const times = this.waiting.get(slot);
    if (times === undefined) this.waiting.set(slot, [receivedUs]);
    else times.push(receivedUs);
  }

  /** When a message that was sent should have left. */
  private dueAt(slot: Slot): number {
    const scheduledUs = this.table.scheduledAt(slot);
    if (!Number.isNaN(scheduledUs)) return scheduledUs;
    const sentUs = this.table.sentAt(slot);
    return sentUs < 0 ? -1 - sentUs : sentUs;
  }
}
