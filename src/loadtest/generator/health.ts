import { formatLatency } from "../../lib/format.ts";
import { GENERATOR_BOUNDS } from "../../results/generator-bounds.ts";
import type { GeneratorHealth } from "../../results/run-meta.ts";

/** One second of one process that generates load. */
export interface HealthSecond {
  /** Of one core. */
  cpuPercent: number;
  /** Of all cores of the machine, whoever used them. */
  hostCpuPercent: number;
  /** The longest time for which the event loop was busy with something else. */
  loopDelayMs: number;
  /** 99th percentile of how late messages were sent. */
  sendLagMs: number;
}

/** More would not be told apart in a chart, nor fit into the first line of a file. */
const MOST_SLOTS = 120;

/** Seconds of several processes side by side: in each the worst of any of them. */
export function worstOf(processes: ReadonlyArray<readonly HealthSecond[]>): HealthSecond[] {
  const length = Math.max(0, ...processes.map((seconds) => seconds.length));
  return Array.from({ length }, (_, i) => worst(processes.flatMap((seconds) => seconds[i] ?? [])));
}

/** In the form in which it is kept with the results. */
export function healthRecord(seconds: readonly HealthSecond[]): GeneratorHealth {
  const slot = Math.max(1, Math.ceil(seconds.length / MOST_SLOTS));
  const slots = Array.from({ length: Math.ceil(seconds.length / slot) }, (_, i) =>
    worst(seconds.slice(i * slot, (i + 1) * slot)),
  );
  return {
    slot_s: slot,
    cpu_percent: slots.map(({ cpuPercent }) => Math.round(cpuPercent)),
    host_cpu_percent: slots.map(({ hostCpuPercent }) => Math.round(hostCpuPercent)),
    loop_delay_ms: slots.map(({ loopDelayMs }) => tenths(loopDelayMs)),
    send_lag_ms: slots.map(({ sendLagMs }) => tenths(sendLagMs)),
  };
}

/** Is the generator late now? */
export function isLate(seconds: readonly HealthSecond[]): boolean {
  const last = seconds.at(-1);
  return (
    last !== undefined &&
    (last.sendLagMs > GENERATOR_BOUNDS.sendLagMs || last.loopDelayMs > GENERATOR_BOUNDS.loopDelayMs)
  );
}

/** Sentences about what spoils the figures; none when the generator kept up. `sendLagUs` is the p99 of the whole run. */
export function healthWarnings(seconds: readonly HealthSecond[], sendLagUs: number): string[] {
  const warnings: string[] = [];
  if (sendLagUs > GENERATOR_BOUNDS.sendLagMs * 1000) {
    warnings.push(
      `the generator sent late (p99 ${formatLatency(sendLagUs)} behind its schedule): latencies from scheduled ` +
        "contain its own delay; use a smaller load or more machines",
    );
  }
  const blocked = seconds.filter(({ loopDelayMs }) => loopDelayMs > GENERATOR_BOUNDS.loopDelayMs);
  if (blocked.length > 0) {
    const longest = Math.max(...blocked.map(({ loopDelayMs }) => loopDelayMs));
    warnings.push(
      `the generator's event loop was blocked for up to ${formatLatency(longest * 1000)} ` +
        `(in ${blocked.length} s of the run): figures are spoiled by as much`,
    );
  }
  return warnings;
}

function worst(seconds: readonly HealthSecond[]): HealthSecond {
  const most = (figure: keyof HealthSecond) => Math.max(...seconds.map((second) => second[figure]));
  return {
    cpuPercent: most("cpuPercent"),
    hostCpuPercent: most("hostCpuPercent"),
    loopDelayMs: most("loopDelayMs"),
    sendLagMs: most("sendLagMs"),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
