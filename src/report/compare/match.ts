import type { RunSummary } from "../../results/summary.ts";

/** A run and the one of the baseline that it is compared with. */
export interface Pair {
  run: RunSummary;
  /** `null` when the baseline has none like it. */
  before: RunSummary | null;
}

/**
 * Finds to each run the one before: two that are alone belong together; of several, those of the same name, else those
 * of the same rooms where only one of the baseline has them.
 */
export function matchRuns(runs: readonly RunSummary[], baseline: readonly RunSummary[]): Pair[] {
  if (runs.length === 1 && baseline.length === 1) return [{ run: runs[0]!, before: baseline[0]! }];
  return runs.map((run) => ({ run, before: byName(run, baseline) ?? byRooms(run, baseline) }));
}

function byName({ label }: RunSummary, baseline: readonly RunSummary[]): RunSummary | null {
  return baseline.find((before) => before.label === label) ?? null;
}

function byRooms({ rooms, roomSize }: RunSummary, baseline: readonly RunSummary[]): RunSummary | null {
  if (rooms === null || roomSize === null) return null;
  const alike = baseline.filter((before) => before.rooms === rooms && before.roomSize === roomSize);
  return alike.length === 1 ? alike[0]! : null;
}
