import type { RunSummary } from "../../results/summary.ts";
import { failures } from "../../results/threshold-judge.ts";
import type { SeriesRun } from "../series/series.ts";
import type { Attempt } from "./search.ts";

/** One try of a load. */
export interface Probe extends Attempt {
  label: string;
  /** Why it did not hold; empty when it did. */
  reasons: string[];
  /** What the generator says of itself, when it could not keep up. */
  generator: string[];
}

/**
 * Did the load hold? When its thresholds do, and everyone came and stayed, and nothing was lost, or not more than a
 * threshold allows: the latency of those who are left says little.
 */
export function probeOf(load: number, { label, summary, problems }: SeriesRun): Probe {
  if (summary === null) return { load, label, result: "broke", reasons: problems, generator: [] };
  const isLossJudged = summary.verdicts?.some(({ threshold }) => threshold.metric.name === "loss") ?? false;
  const isWhole = problems.length === 0 || (isLossJudged && isComplete(summary));
  const reasons = [...failures(summary), ...(isWhole ? [] : problems)];
  const generator = summary.meta?.end?.warnings ?? [];
  return { load, label, result: reasons.length === 0 ? "held" : "broke", reasons, generator };
}

/** Everyone came and stayed, to the end. */
function isComplete({ meta, disturbances }: RunSummary): boolean {
  const { connect_errors: errors = 0, interrupted = false } = meta?.end ?? {};
  return errors === 0 && !interrupted && (disturbances?.lost_clients ?? 0) === 0;
}
