import { formatLatency } from "../lib/format.ts";
import type { Histogram } from "../lib/histogram.ts";
import { LoopDelay } from "../lib/loop-delay.ts";

/** Sends later than this, at the 99th percentile, change what the server is asked to do. */
const MAX_SEND_LAG_US = 20_000;
/** A blocked event loop adds itself to every latency measured in that moment. */
const MAX_LOOP_DELAY_MS = 100;
const SAMPLE_MS = 1000;

/** Watches the generator itself: figures of a generator that is late say little about the server. */
export class Health {
  private readonly loopDelay = new LoopDelay();
  private timer: Timer | null = null;
  private worstMs = 0;
  private blockedSeconds = 0;

  start(): void {
    this.loopDelay.start();
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.sample();
    this.loopDelay.stop();
  }

  /** Can the generator not keep up? */
  isLate(sendLag: Histogram): boolean {
    return this.blockedSeconds > 0 || (sendLag.percentile(99) ?? 0) > MAX_SEND_LAG_US;
  }

  /** Sentences about what spoils the figures; none when the generator kept up. */
  warnings(sendLag: Histogram): string[] {
    const warnings: string[] = [];
    const lag = sendLag.percentile(99) ?? 0;
    if (lag > MAX_SEND_LAG_US) {
      warnings.push(
        `the generator sent late (p99 ${formatLatency(lag)} behind its schedule): latencies from scheduled ` +
          "contain its own delay; use a smaller load or more machines",
      );
    }
    if (this.blockedSeconds > 0) {
      warnings.push(
        `the generator's event loop was blocked for up to ${formatLatency(this.worstMs * 1000)} ` +
          `(in ${this.blockedSeconds} s of the run): figures are spoiled by as much`,
      );
    }
    return warnings;
  }

  private sample(): void {
    const worst = this.loopDelay.takeWorst();
    this.worstMs = Math.max(this.worstMs, worst);
    if (worst > MAX_LOOP_DELAY_MS) this.blockedSeconds++;
  }
}
