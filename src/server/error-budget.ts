const BURST = 20;
const REFILL_PER_MS = 1 / 1000;

/** How many invalid frames a connection may send: a burst of 20, then one a second. */
export class ErrorBudget {
  private left = BURST;
  private refilledAt = 0;

  /** Takes one; false when the connection has used up its patience. */
  spend(now: number): boolean {
    if (this.refilledAt > 0) this.left = Math.min(BURST, this.left + (now - this.refilledAt) * REFILL_PER_MS);
    this.refilledAt = now;
    this.left -= 1;
    return this.left >= 0;
  }
}
