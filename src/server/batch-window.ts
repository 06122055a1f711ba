/** Deliveries a second for each millisecond that a room may wait: at 100,000 a second it is one, at a million ten. */
const DELIVERIES_PER_MS = 100_000;
const SLOT_MS = 250;

/**
 * How long a room may wait for more messages before it writes to its native clients. Each write costs the server the
 * same, whatever is in it, so the more it delivers the longer it may wait, and the more goes into one write. A server
 * with little to do does not wait at all. What is counted is deliveries, which waiting does not change: counting
 * writes would make the window shrink as soon as it works.
 */
export class BatchWindow {
  private slotSince = Number.NEGATIVE_INFINITY;
  private inSlot = 0;
  private perSecond = 0;

  /** `most`: milliseconds that it may ever add. */
  constructor(private readonly most: number) {}

  /** So many clients were sent a message each, or one so many. `now` is in milliseconds, as everywhere here. */
  delivered(deliveries: number, now: number): void {
    this.turn(now);
    this.inSlot += deliveries;
  }

  /** Milliseconds. */
  at(now: number): number {
    this.turn(now);
    return Math.min(this.most, this.perSecond / DELIVERIES_PER_MS);
  }

  private turn(now: number): void {
    const passed = now - this.slotSince;
    if (passed < SLOT_MS) return;
    // After a pause nothing of what was before it counts.
    this.perSecond = passed < 2 * SLOT_MS ? (this.inSlot * 1000) / passed : 0;
    this.slotSince = now;
    this.inSlot = 0;
  }
}
