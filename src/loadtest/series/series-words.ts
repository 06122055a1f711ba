import { formatLatency, formatPercent } from "../../lib/format.ts";
import { lossOf } from "../../results/summary.ts";
import { failures } from "../../results/threshold-judge.ts";
import type { SeriesRun } from "./series.ts";

/** What came of one test of several, for the person who waits: a line of figures, and one for each thing wrong. */
export function describeRun({ summary, problems }: SeriesRun): string[] {
  const figures = summary?.fromScheduled?.percentiles;
  const percentile = (wanted: number) => figures?.find(({ percent }) => percent === wanted)?.valueUs;
  const [p50, p99] = [percentile(50), percentile(99)].map((us) => (us == null ? "n/a" : formatLatency(us)));
  const loss = summary === null ? null : lossOf(summary);
  return [
    ...(summary === null
      ? []
      : [`p50 ${p50}  p99 ${p99}  loss ${loss === null ? "n/a" : formatPercent(loss)}`]),
    ...problems,
    ...(summary === null ? [] : failures(summary)),
  ].map((line) => `  ${line}`);
}
