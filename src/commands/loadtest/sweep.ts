import type { Runtime } from "../../cli/runtime.ts";
import { AppError, UsageError } from "../../lib/errors.ts";
import { readHost } from "../../lib/host/host.ts";
import type { SeriesRun } from "../../loadtest/series/series.ts";
import type { Combination } from "../../loadtest/sweep/grid.ts";
import { EXIT_THRESHOLD_FAILED, type Threshold } from "../../results/threshold.ts";
import { failures } from "../../results/threshold-judge.ts";
import { checkAgainstLoad } from "../../results/threshold-sense.ts";
import { AXES } from "./axes.ts";
import { sayer } from "./judged.ts";
import { type LoadtestOptions, thresholdsOf } from "./options.ts";
import { reportSeries, runSeries } from "./series.ts";

/** A load test for each combination of what `axes` says, and one report on all. */
export async function runSweep(options: LoadtestOptions, axes: string, runtime: Runtime): Promise<number> {
  if (!options.csv) throw new UsageError("--no-csv: a sweep reports on its files; leave it out");
  if (options.stages !== undefined) {
    throw new UsageError("--stages: a sweep varies the load itself; leave it out");
  }
  const { sweep } = await import("../../loadtest/sweep/sweep.ts");
  const thresholds = thresholdsOf(options);
  const combinations = await readSweep(axes);
  const { clock } = runtime;
  for (const warning of await checkAll(combinations, options, thresholds)) sayer(options, runtime)(warning);
  const outcome = await runSeries({ ...options, kind: "sweep" }, thresholds, runtime, (series, say) =>
    sweep(combinations, { base: options, coolDownMs: options.coolDown, series, clock, say }),
  );

  await reportSeries(outcome, options, runtime);

  const { runs } = outcome.series;
  const wrong = (of: (run: SeriesRun) => string[]) => {
    const lines = runs.flatMap((run) => of(run).map((text) => `${run.label}: ${text}`));
    for (const line of lines) runtime.stderr.write(`scale-chat: ${line}\n`);
    return lines.length > 0;
  };
  const hasProblems = wrong(({ problems }) => problems);
  const hasFailures = wrong(({ summary }) => (summary === null ? [] : failures(summary)));
  if (outcome.aborted || hasFailures) return EXIT_THRESHOLD_FAILED;
  return hasProblems || runs.length === 0 ? 1 : 0;
}

async function readSweep(axes: string): Promise<Combination[]> {
  const { parseSweep } = await import("../../loadtest/sweep/grid.ts");
  try {
    return parseSweep(axes, AXES);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`--sweep: ${error.message}`) : error;
  }
}

/**
 * A sweep of hours should not find out in its last test what could be known before its first. Answers with warnings,
 * as a single test gives them.
 */
async function checkAll(
  combinations: readonly Combination[],
  base: LoadtestOptions,
  thresholds: readonly Threshold[],
): Promise<Set<string>> {
  const { checkLoad } = await import("../../loadtest/preflight.ts");
  const { plannedLoad } = await import("../../loadtest/plan/planned-load.ts");
  const host = readHost();
  const warnings = new Set<string>();
  for (const combination of combinations) {
    const options = { ...base, ...combination.options };
    try {
      for (const warning of checkLoad(options, host)) warnings.add(warning);
      checkAgainstLoad(thresholds, plannedLoad(options));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(`--sweep: ${combination.label}: ${error.message}`, error.exitCode);
    }
  }
  return warnings;
}
