import { cpus } from "node:os";
import { LoopDelay } from "../../lib/loop-delay.ts";
import type { Tally } from "../ledger/tally.ts";
import type { HealthSecond } from "./health.ts";

const SAMPLE_MS = 1000;

/** Watches this process while it generates load, second by second. */
export class HealthWatch {
  readonly seconds: HealthSecond[] = [];
  private readonly loopDelay = new LoopDelay();
  private timer: Timer | null = null;
  private cpu = process.cpuUsage();
  private host = hostTimes();
  private at = 0;

  constructor(private readonly tally: Tally) {}

  start(): void {
    this.loopDelay.start();
    this.cpu = process.cpuUsage();
    this.host = hostTimes();
    this.at = performance.now();
    this.tally.recentLag.reset();
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    // The rest of a second says little of itself, but may hold the worst moment.
    this.sample();
    this.loopDelay.stop();
  }

  private sample(): void {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.cpu);
    const host = hostTimes();
    const [busy, all] = [host.busy - this.host.busy, host.all - this.host.all];
    const elapsed = now - this.at;
    this.seconds.push({
      // Over a few milliseconds a share means nothing.
      cpuPercent: elapsed < SAMPLE_MS / 4 ? 0 : (user + system) / (10 * elapsed),
      hostCpuPercent: all === 0 ? 0 : (100 * busy) / all,
      loopDelayMs: this.loopDelay.takeWorst(),
      sendLagMs: (this.tally.recentLag.percentile(99) ?? 0) / 1000,
    });
    this.tally.recentLag.reset();
    this.cpu = process.cpuUsage();
    this.host = host;
    this.at = now;
  }
}

/** What all cores together have done since the machine was started, milliseconds. */
function hostTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.idle + times.irq;
    all += total;
    busy += total - times.idle;
  }
  return { busy, all };
}
