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
  /** How much of it the run lasted, seconds: the first and the last one may be shorter than the others, or longer. */
  seconds: number;
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
  originUs: number | null;
  firstUs: number;
  lastUs: number;
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

/**
 * Adds up a run over time, event by event in any order, in bounded memory. Times are microseconds since the epoch.
 * Slots begin with the run, not with the seconds of a clock: those would cut its first and its last one.
 */
export class Timeline {
  /** Of the earliest and the latest event. */
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  private slotSeconds = 1;
  /** By their number since the origin; those before it are negative. */
  private slots = new Map<number, Slot>();
  /** The slot that was used last; none at first. */
  private last: { index: number; slot: Slot } = { index: Number.NaN, slot: NO_SLOT };

  /** `originUs`: where a slot begins, to be set before the first event; that of the first one where it is not. */
  constructor(public originUs: number | null = null) {}

  /** From the earliest to the latest event, microseconds; negative without any. */
  get spanUs(): number {
    return this.lastUs - this.firstUs;
  }

  sent(atUs: number): void {
    this.extend(atUs);
    this.slotAt(this.indexOf(atUs)).sent++;
  }

  /** `dueUs`: when the plan wanted the message sent, or when it was sent where there is no plan. */
  received(atUs: number, dueUs: number): void {
    this.came([atUs], 1);
    this.took([atUs], dueUs);
  }

  /** So many messages came at each of these times. */
  came(timesUs: readonly number[], messages: number): void {
    for (const atUs of timesUs) {
      this.extend(atUs);
      this.slotAt(this.indexOf(atUs)).received += messages;
    }
  }

  /** How long it took one message, which came at these times. */
  took(timesUs: readonly number[], dueUs: number): void {
    const slot = this.slotAt(this.indexOf(dueUs));
    slot.latencies ??= new Histogram();
    slot.latencies.addSince(dueUs, timesUs);
  }

  /** Of all messages until now, within 1/128: for who cannot wait for the exact figures. */
  latencies(): Histogram {
    const all = new Histogram();
    for (const { latencies } of this.slots.values()) if (latencies !== null) all.merge(latencies);
    return all;
  }

  /** Adds what another one with the same origin has counted. */
  merge(other: TimelineState): void {
    this.originUs ??= other.originUs;
    this.firstUs = Math.min(this.firstUs, other.firstUs);
    this.lastUs = Math.max(this.lastUs, other.lastUs);
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
    const { slotSeconds, originUs, firstUs, lastUs } = this;
    return { slotSeconds, originUs, firstUs, lastUs, slots };
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
    const slots: LongSlot[] = [];
    for (let index = first; index <= last; index++) {
      slots.push({
        at: (index - first) * this.slotSeconds,
        seconds: this.secondsOf(index),
        ...(this.slots.get(index) ?? NO_SLOT),
      });
    }
    return { slotSeconds: this.slotSeconds, slots: joinEnds(slots, this.slotSeconds).map(figuresOf) };
  }

  private range(): [first: number, last: number] {
    const indices = [...this.slots.keys()].sort((a, b) => a - b);
    // A run that is silent at first has begun all the same.
    return [Math.min(0, indices[0]!), indices.at(-1)!];
  }

  private indexOf(us: number): number {
    return Math.floor((us - this.originUs!) / (this.slotSeconds * 1_000_000));
  }

  /** How much of a slot lies between the beginning of the run and its last event. */
  private secondsOf(index: number): number {
    const lengthUs = this.slotSeconds * 1_000_000;
    const beginUs = this.originUs! + index * lengthUs;
    const fromUs = Math.max(beginUs, Math.min(this.originUs!, this.firstUs));
    return Math.max(0, Math.min(beginUs + lengthUs, this.lastUs) - fromUs) / 1_000_000;
  }

  private extend(us: number): void {
    this.originUs ??= us;
    if (us < this.firstUs) this.firstUs = us;
    if (us > this.lastUs) this.lastUs = us;
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

interface LongSlot extends Slot {
  at: number;
  seconds: number;
}

/** Less than half a slot at either end would look like a slow beginning or a fall: it is joined with its neighbour. */
function joinEnds(slots: readonly LongSlot[], slotSeconds: number): LongSlot[] {
  const isShort = (slot: LongSlot) => slot.seconds < slotSeconds / 2;
  const joined = [...slots];
  if (joined.length > 1 && isShort(joined.at(-1)!)) {
    const last = joined.pop()!;
    joined.push(join(joined.pop()!, last));
  }
  if (joined.length > 1 && isShort(joined[0]!)) {
    const [first, second] = joined.splice(0, 2);
    joined.unshift(join(first!, second!));
  }
  return joined.map((slot, i) => ({
    ...slot,
    at: i * slotSeconds,
    seconds: Math.max(slot.seconds, slotSeconds / 2),
  }));
}

function join(one: LongSlot, next: LongSlot): LongSlot {
  const both = { ...one, seconds: one.seconds + next.seconds };
  // A copy: the timeline may go on counting.
  both.latencies = one.latencies === null ? null : Histogram.of(one.latencies.counts.slice());
  add(both, next);
  return both;
}

function figuresOf({ at, seconds, sent, received, latencies }: LongSlot): TimeSlot {
  const [p50Us, p99Us] = [50, 99].map((percent) => latencies?.percentile(percent) ?? null);
  return { at, seconds, sent, received, p50Us: p50Us!, p99Us: p99Us! };
}
