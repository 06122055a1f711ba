import type { RunSummary } from "../../results/summary.ts";
import type { Verdict } from "../../results/threshold.ts";
import { formatFigure, type Unit } from "../../results/threshold-metric.ts";
import { milliseconds, NOT_KNOWN } from "./cells.ts";

export const VERDICT_HEADS = ["threshold", "figure", "verdict"];

/** A row for each threshold of a run, under `VERDICT_HEADS`. */
export function verdictRows(run: RunSummary): string[][] {
  return (run.verdicts ?? []).map(({ threshold, actual, held, reason }) => [
    threshold.text,
    actual === null ? NOT_KNOWN : formatFigure(threshold.metric.unit, actual),
    held ? "held" : `failed${reason === null ? "" : `: ${reason}`}`,
  ]);
}

export const UNIT_NAMES: Record<Unit, string> = {
  time: "ms",
  share: "fraction",
  rate: "per_second",
  count: "count",
};

/** For programs: the figure in the unit that stands beside it. */
export function verdictObject({ threshold, actual, held, reason }: Verdict) {
  const { unit } = threshold.metric;
  return {
    threshold: threshold.text,
    actual: actual !== null && unit === "time" ? milliseconds(actual) : actual,
    unit: UNIT_NAMES[unit],
    held,
    reason,
  };
}
