import type { LatencySummary, RunSummary } from "../../results/summary.ts";

/** What a user felt: from scheduled, or from sent where a file has no plan. `null` without deliveries. */
export function feltLatency(run: RunSummary): LatencySummary | null {
  return run.fromScheduled ?? run.fromSent;
}
