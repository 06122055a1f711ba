import { Histogram } from "../lib/histogram.ts";

/** A run over time, in slots of equal length. */
export interface TimelineSummary {
  /** Seconds. */
  slotSeconds: number;
  /** In order, without holes: a slot in which nothing happened stands there with zeros. */
  slots: TimeSlot[];
}

export interface TimeSlot {
  /** Seconds from the first slot's beginning. */
  at: number;
  /** Messages sent in it. */
  sent: number;
  /** Deliveries that came in it. */
  received: number;
  /** Of the messages that were due in it, microseconds; within 1/128; `null` when nothing of them was delivered. */
  p50Us: number | null;
  p99Us: number | null;
}

/** A timeline on its way from one process to another. */
export interface TimelineState {
  slotSeconds: number;
  slots: Array<{ index: number; sent: number; received: number; latencies: Uint32Array | null }>;
}

/** More slots than this would not be told apart in any chart; a longer run gets longer slots. */
const MOST_SLOTS = 512;

interface Slot {
  sent: number;
  received: number;
  latencies: Histogram | null;
}

const NO_SLOT: Slot = { sent: 0, received: 0, latencies: null };

/** Adds up a run over time, event by event in any order, in bounded memory. Times are microseconds since the epoch. */
export class Timeline {
  private slotSeconds = 1;
  /** By their number since the epoch. */
  private slots = new Map<number, Slot>();
  /** The slot that was used last; none at first. */
  private last: { index: number; slot: Slot } = { index: Number.NaN, slot: NO_SLOT };

  sent(atUs: number): void {
    this.slotAt(this.indexOf(atUs)).sent++;
  }

  /** `dueUs`: when the plan wanted the message sent, or when it was sent where there is no plan. */
  received(atUs: number, dueUs: number): void {
    this.slotAt(this.indexOf(atUs)).received++;
    const slot = this.slotAt(this.indexOf(dueUs));
    slot.latencies ??= new Histogram();
    slot.latencies.add(atUs - dueUs);
  }

  /** Adds what another one has counted. */
  merge(other: TimelineState): void {
    while (this.slotSeconds < other.slotSeconds) this.widen();
    for (const { index, latencies, ...counts } of other.slots) {
      const mine = this.slotAt(Math.floor((index * other.slotSeconds) / this.slotSeconds));
      add(mine, { ...counts, latencies: latencies === null ? null : Histogram.of(latencies) });
    }
  }

  state(): TimelineState {
    const slots = [...this.slots].map(([index, { latencies, ...counts }]) => {
      return { index, ...counts, latencies: latencies?.counts ?? null };
    });
    return { slotSeconds: this.slotSeconds, slots };
  }

  /** `null` when nothing happened. */
  summary(): TimelineSummary | null {
    if (this.slots.size === 0) return null;
    let [first, last] = this.range();
    // Two clocks that disagree by years leave few slots with a long way between them.
    while (last - first >= MOST_SLOTS) {
      this.widen();
      [first, last] = this.range();
    }
    const slots: TimeSlot[] = [];
    for (let index = first; index <= last; index++) {
      const { sent = 0, received = 0, latencies = null } = this.slots.get(index) ?? {};
      const [p50Us, p99Us] = [50, 99].map((percent) => latencies?.percentile(percent) ?? null);
      slots.push({ at: (index - first) * this.slotSeconds, sent, received, p50Us: p50Us!, p99Us: p99Us! });
    }
    return { slotSeconds: this.slotSeconds, slots };
  }

  private range(): [first: number, last: number] {
    const indices = [...this.slots.keys()].sort((a, b) => a - b);
    return [indices[0]!, indices.at(-1)!];
  }

  private indexOf(us: number): number {
    return Math.floor(us / (this.slotSeconds * 1_000_000));
  }

  private slotAt(index: number): Slot {
    // Events come in about the order of time: nearly always it is the slot of the event before.
    if (index === this.last.index) return this.last.slot;
    const known = this.slots.get(index);
    if (known !== undefined) {
      this.last = { index, slot: known };
      return known;
    }
    const slot: Slot = { sent: 0, received: 0, latencies: null };
    this.slots.set(index, slot);
    if (this.slots.size <= MOST_SLOTS) return slot;
    this.widen();
    return this.slotAt(Math.floor(index / 2));
  }

  /** Slots twice as long. */
  private widen(): void {
    const narrow = this.slots;
    this.last = { index: Number.NaN, slot: NO_SLOT };
    this.slots = new Map();
    this.slotSeconds *= 2;
    for (const [index, slot] of narrow) {
      const wide = this.slots.get(Math.floor(index / 2));
      if (wide === undefined) this.slots.set(Math.floor(index / 2), slot);
      else add(wide, slot);
    }
  }
}

function add(to: Slot, from: Slot): void {
  to.sent += from.sent;
  to.received += from.received;
  if (to.latencies === null) to.latencies = from.latencies;
  else if (from.latencies !== null) to.latencies.merge(from.latencies);
}
