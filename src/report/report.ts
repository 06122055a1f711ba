import { OperationError, UsageError } from "../lib/errors.ts";
import type { RunSummary } from "../results/summary.ts";
import type { SummaryFormat } from "../results/summary-formats.ts";
import { EXIT_THRESHOLD_FAILED, type Threshold } from "../results/threshold.ts";
import { failures, judged, percentilesFor } from "../results/threshold-judge.ts";
import { checkAbsolute } from "../results/threshold-sense.ts";
import { followRun, type Watch } from "./follow/follow-run.ts";
import { findInputs, type Input, type InputOptions } from "./inputs.ts";
import { type PictureOptions, preparePictures } from "./pictures.ts";
import type { Bytes } from "./read/open.ts";
import { type ReadOptions, readRun } from "./read-run.ts";
import { render } from "./render/render.ts";
import type { Screen } from "./render/terminal/screen.ts";

export interface ReportOptions extends InputOptions, ReadOptions, PictureOptions {
  format: SummaryFormat;
  /** In percent, ascending. */
  percentiles: readonly number[];
  /** The terminal that the report is written to, if it is one. */
  screen?: Screen | null;
  /** What every run is held to. */
  threshold?: readonly Threshold[];
  /** The file is still written. */
  watch?: Watch | undefined;
}

/** Where the report reads and writes; what a command calls its runtime fits. */
export interface ReportIo {
  readonly stdin: Bytes;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * Reads the files one after the other and prints one report on all that could be read. The exit code is 0
 * when all could; 1 when one could not, or not whole: it is named on stderr and the others are still reported;
 * 99 when a threshold did not hold.
 */
export async function report(options: ReportOptions, io: ReportIo): Promise<number> {
  const { threshold: thresholds = [] } = options;
  checkAbsolute(thresholds);
  const percents = percentilesFor(thresholds, options.percentiles);
  const inputs = await findInputs(options);
  if (options.watch !== undefined) checkFollowed(inputs);
  const writePictures = preparePictures(
    options,
    inputs.flatMap(({ path }) => path ?? []),
  );
  const runs: RunSummary[] = [];
  let exitCode = 0;
  for (const input of inputs) {
    try {
      const { run, damage } =
        options.watch === undefined
          ? await readRun(input, io.stdin, percents, options)
          : await followRun(input, percents, options.watch, options.warmup);
      runs.push(judged(run, thresholds));
      if (damage === null) continue;
      io.stderr.write(`scale-chat: ${input.name}:${damage}\n`);
      exitCode = 1;
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      io.stderr.write(`scale-chat: ${error.message}\n`);
      exitCode = 1;
    }
  }
  if (runs.length > 0) io.stdout.write(render(runs, options.format, options.screen));
  const failed = runs.flatMap((run) => failures(run).map((failure) => `${run.label}: ${failure}`));
  for (const failure of failed) io.stderr.write(`scale-chat: ${failure}\n`);
  if (runs.length > 0) await writePictures(runs);
  return failed.length > 0 ? EXIT_THRESHOLD_FAILED : exitCode;
}

function checkFollowed(inputs: readonly Input[]): void {
  if (inputs.length === 1 && inputs[0]!.path !== null) return;
  throw new UsageError("--follow reads one file, by its name; a pipe is read to its end without it");
}
