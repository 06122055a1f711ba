/**
 * So much per second, and after a rest so much at once: a token bucket, in two numbers. Times are milliseconds of any
 * clock.
 */
export class TokenBucket {
  private level: number;
  private at = Number.POSITIVE_INFINITY;

  /** Full to begin with: `burst`, then `perSecond`. */
  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.level = burst;
  }

  /** Takes so much out of it; false, and nothing is taken, when there is less. */
  take(amount: number, now: number): boolean {
    if (now > this.at)
      this.level = Math.min(this.burst, this.level + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.level < amount) return false;
    this.level -= amount;
    return true;
  }
}
