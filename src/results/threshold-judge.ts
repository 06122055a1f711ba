import { formatCount } from "../lib/format.ts";
import { type LatencySummary, lossOf, messagesNeeded, type RunSummary } from "./summary.ts";
import { compare, describeVerdict, type Threshold, type Verdict } from "./threshold.ts";
import type { CountedName, LatencyMetric, Metric } from "./threshold-metric.ts";

/** A figure in its metric's unit, or why there is none. */
export type Figure = { value: number } | { unknown: string };

/**
 * Did the run keep to it? A figure that is not known did not: nothing shows that it held. `baseline` is the run
 * before, for thresholds that are relative to it.
 */
export function judge(threshold: Threshold, run: RunSummary, baseline: RunSummary | null = null): Verdict {
  const figure = figureOf(threshold.metric, run);
  if ("unknown" in figure) return { threshold, actual: null, held: false, reason: figure.unknown };
  const { value: actual } = figure;
  const limit = limitOf(threshold, baseline);
  if ("unknown" in limit) return { threshold, actual, held: false, reason: limit.unknown };
  return { threshold, actual, held: compare(actual, threshold.operator, limit.value), reason: null };
}

/** The run with its verdicts; as it is when nothing was asked of it. */
export function judged(
  run: RunSummary,
  thresholds: readonly Threshold[],
  baseline: RunSummary | null = null,
): RunSummary {
  if (thresholds.length === 0) return run;
  return { ...run, verdicts: thresholds.map((threshold) => judge(threshold, run, baseline)) };
}

/** What did not hold, one sentence each. */
export function failures({ verdicts = [] }: RunSummary): string[] {
  return verdicts.filter(({ held }) => !held).map(describeVerdict);
}

/** The percentiles that the thresholds need beyond those `shown`; all together, ascending. */
export function percentilesFor(thresholds: readonly Threshold[], shown: readonly number[]): number[] {
  const needed = thresholds.flatMap(({ metric }) =>
    metric.kind === "latency" && typeof metric.figure === "number" ? [metric.figure] : [],
  );
  return [...new Set([...shown, ...needed])].sort((a, b) => a - b);
}

/** The figure of a run that a metric names. */
export function figureOf(metric: Metric, run: RunSummary): Figure {
  return metric.kind === "latency" ? latencyFigure(metric, run) : COUNTED[metric.name](run);
}

function limitOf({ metric, limit, ofBaseline }: Threshold, baseline: RunSummary | null): Figure {
  if (!ofBaseline) return { value: limit };
  if (baseline === null) return { unknown: "there is no run in the baseline to compare with" };
  const before = figureOf(metric, baseline);
  return "unknown" in before
    ? { unknown: `in the baseline: ${before.unknown}` }
    : { value: before.value * limit };
}

function latencyFigure({ figure, from }: LatencyMetric, run: RunSummary): Figure {
  if (run.fromSent === null) return { unknown: "nothing was delivered" };
  const latency = from === "sent" ? run.fromSent : run.fromScheduled;
  if (latency === null)
    return { unknown: "the file has no plan; try the figure from sent, such as p99_sent" };
  return typeof figure === "number" ? percentile(latency, figure) : { value: latency[figure] };
}

function percentile(latency: LatencySummary, percent: number): Figure {
  const found = [...latency.percentiles, ...latency.curve].find((one) => one.percent === percent);
  if (found === undefined) return { unknown: `p${percent} was not calculated` };
  if (found.valueUs !== null) return { value: found.valueUs };
  return { unknown: `too few messages: it takes ${formatCount(messagesNeeded(percent))}` };
}

const NO_ACCOUNT = { unknown: "the file has no account of how the run ended" };

const COUNTED: Record<CountedName, (run: RunSummary) => Figure> = {
  loss(run) {
    const loss = lossOf(run);
    if (loss !== null) return { value: loss };
    if (run.expected === null) return { unknown: "the size of the rooms is not known" };
    return { unknown: run.sent === 0 ? "nothing was sent" : "no delivery was expected" };
  },
  received_rate: (run) => rate(run.received, run),
  sent_rate: (run) => rate(run.sent, run),
  connect_errors: ({ meta }) => (meta?.end === undefined ? NO_ACCOUNT : { value: meta.end.connect_errors }),
  disconnects: ({ meta }) => (meta?.end === undefined ? NO_ACCOUNT : { value: meta.end.disconnects }),
  repeated: ({ repeated }) => ({ value: repeated }),
  send_lag({ meta }) {
    const lags = meta?.end?.generator?.send_lag_ms ?? [];
    if (lags.length === 0) return { unknown: "the generator's own account is missing" };
    return { value: Math.max(...lags) * 1000 };
  },
};

/** Of a sample: estimated for all messages. */
function rate(count: number, { spanUs, sample }: RunSummary): Figure {
  if (spanUs === null || spanUs === 0) return { unknown: "too little was sent for a rate" };
  return { value: (count * sample * 1_000_000) / spanUs };
}
