import type { RunSummary } from "../../results/summary.ts";

/** Splits runs into those that have something and the labels of those that have not. */
export function having<T>(
  runs: readonly RunSummary[],
  find: (run: RunSummary) => T | null,
): { found: Array<{ run: RunSummary; index: number; value: T }>; leftOut: string[] } {
  const found: Array<{ run: RunSummary; index: number; value: T }> = [];
  const leftOut: string[] = [];
  for (const [index, run] of runs.entries()) {
    const value = find(run);
    if (value === null) leftOut.push(run.label);
    else found.push({ run, index, value });
  }
  return { found, leftOut };
}

/** The largest of `values`, or `least` where none is above it. */
export function largest(values: Iterable<number>, least = 0): number {
  let most = least;
  for (const value of values) if (value > most) most = value;
  return most;
}
