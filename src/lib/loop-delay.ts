const TICK_MS = 20;

/**
 * How late timers fire: the time for which the event loop was busy with something else. What a callback
 * measures includes this delay, so whoever reports latencies has to know it.
 */
export class LoopDelay {
  private timer: Timer | null = null;
  private expected = 0;
  private worst = 0;

  start(): void {
    this.expected = performance.now() + TICK_MS;
    this.timer = setInterval(() => this.sample(), TICK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** The longest delay since the last call, milliseconds. */
  takeWorst(): number {
    this.sampleOverdue();
    const { worst } = this;
    this.worst = 0;
    return worst;
  }

  private sample(): void {
    const now = performance.now();
    this.worst = Math.max(this.worst, now - this.expected);
    this.expected = now + TICK_MS;
  }

  /** A tick that has not come yet counts as far as it is late by now. */
  private sampleOverdue(): void {
    this.worst = Math.max(this.worst, performance.now() - this.expected);
  }
}
