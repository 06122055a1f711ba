import { formatDuration } from "../../lib/format.ts";
import { describeVerdict, type Threshold } from "../../results/threshold.ts";
import type { LoadOptions } from "../options.ts";
import type { Snapshot } from "./progress.ts";

/** Judged earlier, one slow first second would end a good test. */
const LEAST_MS = 3000;
const LEAST_DELIVERIES = 1000;
/** Live percentiles come out of a histogram that is exact to 1/128. */
const LIVE_ERROR = 1 / 128;

/**
 * Why a running test need not go on: the first threshold that its figures so far break, in a sentence; `null` while
 * there is none, or too little to judge by. Only upper limits of percentiles, max and loss can be told before the end.
 */
export function brokenSoFar(
  thresholds: readonly Threshold[],
  now: Snapshot,
  { duration, warmup }: Pick<LoadOptions, "duration" | "warmup">,
): string | null {
  const passed = duration - now.leftMs;
  if (now.phase !== "sending" || passed - warmup < LEAST_MS || now.received < LEAST_DELIVERIES) return null;
  for (const threshold of thresholds) {
    const least = leastFigure(threshold, now);
    if (least === null || !exceeds(least, threshold)) continue;
    const verdict = describeVerdict({ threshold, actual: least, held: false, reason: null });
    return `ended after ${formatDuration(Math.round(passed / 1000) * 1000)}: ${verdict} so far`;
  }
  return null;
}

/** The figure of a metric is at least this; `null` where nothing is known of it yet. */
function leastFigure({ metric }: Threshold, { p50, p99, loss }: Snapshot): number | null {
  if (metric.name === "loss") return loss;
  if (metric.kind !== "latency" || metric.from !== "scheduled") return null;
  const { figure } = metric;
  // A percentile is at least what any lower one is.
  const percent = figure === "max" ? 100 : figure;
  if (typeof percent !== "number" || percent < 50) return null;
  const live = percent >= 99 ? p99 : p50;
  return live === null ? null : live * (1 - LIVE_ERROR);
}

function exceeds(least: number, { operator, limit, ofBaseline }: Threshold): boolean {
  if (ofBaseline) return false;
  if (operator === "<") return least >= limit;
  return (operator === "<=" || operator === "==") && least > limit;
}
