/** Writes to clients a second that a core of this server may spend itself on: about a third of it, see docs/benchmarks.md. */
const WRITES_PER_CORE = 75_000;
const SLOT_MS = 250;
/** Timers do not know less than a millisecond, and would make more of it. */
const LEAST_MS = 0.5;

/**
 * How long a room may wait for more messages before it writes to its clients. A write costs the server the same,
 * whatever is in it: as long as it makes few of them, nothing waits; when it makes too many, the window grows in
 * proportion, until so many messages share a write that there are no more than it can afford. It falls back the same
 * way. In rooms with little to say nothing ever waits: their messages come further apart than any window is long.
 */
export class BatchWindow {
  private readonly affordable: number;
  private ms = 0;
  private slotSince = Number.NEGATIVE_INFINITY;
  private inSlot = 0;

  /** `most`: milliseconds that it may ever add. `cores`: how much of one this process may use, at most all of it. */
  constructor(
    private readonly most: number,
    cores: number,
  ) {
    this.affordable = WRITES_PER_CORE * Math.min(1, cores);
  }

  /** So many writes were made. `now` is in milliseconds, as everywhere here. */
  wrote(writes: number, now: number): void {
    this.turn(now);
    this.inSlot += writes;
  }

  /** Milliseconds; 0 where waiting would not pay. */
  at(now: number): number {
    this.turn(now);
    return this.ms;
  }

  private turn(now: number): void {
    const passed = now - this.slotSince;
    // A room that is hot all at once does not have the rest of the slot: its writes are spent.
    const isSpent = this.inSlot * 1000 > this.affordable * SLOT_MS && passed >= LEAST_MS;
    if (passed < SLOT_MS && !isSpent) return;
    // After a pause nothing of what was before it counts.
    const perSecond = passed < 2 * SLOT_MS ? (this.inSlot * 1000) / passed : 0;
    const wanted = (Math.max(this.ms, LEAST_MS) * perSecond) / this.affordable;
    this.ms = wanted < LEAST_MS ? 0 : Math.min(this.most, wanted);
    this.slotSince = now;
    this.inSlot = 0;
  }
}
