import { LATENCY_SECONDS, Observations } from "./metrics/observations.ts";

const TICK_MS = 20;
const WINDOW_MS = 10_000;

/**
 * How late timers fire: the time for which the event loop was busy with something else. What a callback
 * measures includes this delay, so whoever reports latencies has to know it.
 */
export class LoopDelay {
  /** Every delay since the start, seconds. */
  readonly seen = new Observations(LATENCY_SECONDS);
  private timer: Timer | null = null;
  private expected = 0;
  private worst = 0;
  private readonly ticks = { sum: 0, count: 0 };
  private readonly lately = { since: 0, worst: 0, before: 0 };

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

  /** The mean delay since the last call, milliseconds. */
  takeMean(): number {
    this.sampleOverdue();
    const { ticks } = this;
    // A tick that is late by now counts, too: else a loop that stands still would have no delay at all.
    const overdue = Math.max(0, performance.now() - this.expected);
    const mean = (ticks.sum + overdue) / (ticks.count + (overdue > 0 ? 1 : 0) || 1);
    ticks.sum = 0;
    ticks.count = 0;
    return mean;
  }

  /** The longest delay within the last 10 to 20 seconds, milliseconds; any number of readers may ask. */
  recentWorst(): number {
    this.sampleOverdue();
    return Math.max(this.lately.worst, this.lately.before);
  }

  private sample(): void {
    this.sampleOverdue();
    const delay = Math.max(0, performance.now() - this.expected);
    this.seen.add(delay / 1000);
    this.ticks.sum += delay;
    this.ticks.count++;
    this.expected = performance.now() + TICK_MS;
  }

  /** A tick that has not come yet counts as far as it is late by now. */
  private sampleOverdue(): void {
    const now = performance.now();
    const delay = now - this.expected;
    this.worst = Math.max(this.worst, delay);
    const { lately } = this;
    if (now - lately.since > WINDOW_MS) {
      lately.before = now - lately.since > 2 * WINDOW_MS ? 0 : lately.worst;
      lately.worst = 0;
      lately.since = now;
    }
    lately.worst = Math.max(lately.worst, delay);
  }
}
