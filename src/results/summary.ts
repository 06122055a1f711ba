import type { Distribution } from "../lib/distribution.ts";
import { CURVE_PERCENTS, type LatencyBin, latencyBins } from "./latency-shape.ts";
import type { Disturbances, RunEnd, RunMeta } from "./run-meta.ts";
import type { Verdict } from "./threshold.ts";
import type { TimelineSummary } from "./timeline.ts";

/** One run in figures: what `loadtest` prints at its end and `report` prints for each file. */
export interface RunSummary {
  /** A short name for the row: the file's name, or what the run was. */
  label: string;
  rooms: number | null;
  roomSize: number | null;
  /** Clients that sent or received anything. */
  clients: number;
  /** These figures are those of one in so many messages: 1 where all were counted. Counts are not multiplied, rates are. */
  sample: number;
  sent: number;
  /** Deliveries that should have been; `null` when the size of the rooms is not known. */
  expected: number | null;
  /** Deliveries of the messages in `sent`, repeated ones included. */
  received: number;
  /** Deliveries beyond what a message's room had members: the same message more than once. */
  repeated: number;
  /** Deliveries whose message was never seen as sent; not part of `received`. */
  unmatched: number;
  /** From the first to the last event, microseconds; `null` without events. */
  spanUs: number | null;
  /** From when the plan wanted a message sent: what a user feels. `null` when the file has no plan. */
  fromScheduled: LatencySummary | null;
  /** From when the message left: what the server did. `null` without deliveries. */
  fromSent: LatencySummary | null;
  /** `null` when nothing disturbed the run, or nothing is known of it. */
  disturbances: (Disturbances & { disconnects: number }) | null;
  /** `null` without events. */
  timeline: TimelineSummary | null;
  /** What was run, where, by which command, and the generator's own account; `null` in files of the older form. */
  meta: RunMeta | null;
  /** What a reader should know before believing the figures, one sentence each. */
  notes: string[];
  /** What became of the thresholds that were asked of it, if any were. */
  verdicts?: Verdict[];
}

/** All figures in microseconds, percentiles by nearest rank over all deliveries, exact. */
export interface LatencySummary {
  count: number;
  mean: number;
  sd: number;
  min: number;
  max: number;
  percentiles: Percentile[];
  /** The same at `CURVE_PERCENTS`, for drawing. */
  curve: Percentile[];
  /** All deliveries by latency, for drawing: without empty ones at either end. */
  bins: LatencyBin[];
}

export interface Percentile {
  /** In percent: 99.9. */
  percent: number;
  /** `null`: too few messages to be worth quoting. */
  valueUs: number | null;
}

export const DEFAULT_PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9] as const;

/**
 * Messages needed before a percentile means anything: ten beyond it (10,000 for p99.9). The deliveries of one
 * broadcast share their fate, so messages count, not deliveries. Up to p99 the figure is always given, and so is p100: it is the largest.
 */
export function messagesNeeded(percent: number): number {
  return percent <= 99 || percent === 100 ? 1 : Math.round(1000 / (100 - percent));
}

/** The summary of `latencies`, which belong to `messages` messages; `null` when there are none. */
export function summariseLatency(
  latencies: Distribution,
  messages: number,
  percents: readonly number[],
): LatencySummary | null {
  const { count, mean, sd, min, max } = latencies;
  if (mean === null || sd === null || min === null || max === null) return null;
  const at = (wanted: readonly number[]): Percentile[] => {
    const values = latencies.percentiles(wanted);
    return wanted.map((percent, i) => ({
      percent,
      valueUs: messages >= messagesNeeded(percent) ? values[i]! : null,
    }));
  };
  const shape = { curve: at(CURVE_PERCENTS), bins: latencyBins(latencies) };
  return { count, mean, sd, min, max, percentiles: at(percents), ...shape };
}

/** The share of expected deliveries that never arrived, or `null` when it cannot be known. */
export function lossOf(run: RunSummary): number | null {
  if (run.expected === null || run.expected === 0) return null;
  return Math.max(0, run.expected - (run.received - run.repeated)) / run.expected;
}

/** What a run's own account says of disturbances. */
export function disturbancesOf(end: RunEnd | undefined): RunSummary["disturbances"] {
  if (end === undefined || (end.disconnects === 0 && end.disturbances === undefined)) return null;
  const { disconnects } = end;
  // Without an account of them nobody came back.
  const nobodyBack = { reconnects: 0, back_ms: null, lost_clients: disconnects, redirects: 0, gaps: 0 };
  return { disconnects, ...(end.disturbances ?? nobodyBack) };
}
