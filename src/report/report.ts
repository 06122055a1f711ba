import { OperationError, UsageError } from "../lib/errors.ts";
import type { RunSummary } from "../results/summary.ts";
import type { SummaryFormat } from "../results/summary-formats.ts";
import { EXIT_THRESHOLD_FAILED, type Threshold } from "../results/threshold.ts";
import { failures, judged, percentilesFor } from "../results/threshold-judge.ts";
import { checkAbsolute } from "../results/threshold-sense.ts";
import { findBaseline } from "./compare/baseline.ts";
import { compareRuns } from "./compare/compare.ts";
import { matchRuns } from "./compare/match.ts";
import { renderComparisons } from "./compare/render.ts";
import { followRun, type Watch } from "./follow/follow-run.ts";
import { findInputs, type Input, type InputOptions } from "./inputs.ts";
import { type PictureOptions, preparePictures } from "./pictures.ts";
import type { Bytes } from "./read/open.ts";
import { type ReadOptions, type RunOnDisk, readRun } from "./read-run.ts";
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
  /** Runs to compare with: results files, or the directory of a sweep. */
  baseline?: readonly string[];
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
 * Reads the files one after the other and prints one report on all that could be read, or how they differ from the
 * baseline. The exit code is 0 when all could; 1 when one could not, or not whole: it is named on stderr and the
 * others are still reported; 99 when a threshold did not hold.
 */
export async function report(options: ReportOptions, io: ReportIo): Promise<number> {
  const { threshold: thresholds = [], format, watch } = options;
  const percents = percentilesFor(thresholds, options.percentiles);
  if (options.baseline === undefined) checkAbsolute(thresholds);
  const earlier = options.baseline === undefined ? null : await findBaseline(options.baseline, options);
  const inputs = await findInputs(options);
  if (watch !== undefined) checkFollowed(inputs);
  const writePictures = preparePictures(
    options,
    [...inputs, ...(earlier ?? [])].flatMap(({ path }) => path ?? []),
  );

  const readers = {
    read: (input: Input) => readRun(input, io.stdin, percents, options),
    follow: (input: Input) => followRun(input, percents, watch!, options.warmup),
  };
  const baseline = earlier === null ? null : await readAll(earlier, readers.read, io);
  const current = await readAll(inputs, watch === undefined ? readers.read : readers.follow, io);
  const pairs = matchRuns(current.runs, baseline?.runs ?? []);
  const runs = pairs.map(({ run, before }) => judged(run, thresholds, before));

  if (runs.length > 0 && baseline === null) io.stdout.write(render(runs, format, options.screen));
  else if (runs.length > 0) {
    const comparisons = pairs.map((pair, i) => compareRuns({ ...pair, run: runs[i]! }, percents));
    io.stdout.write(renderComparisons(comparisons, format));
  }
  const failed = runs.flatMap((run) => failures(run).map((failure) => `${run.label}: ${failure}`));
  for (const failure of failed) io.stderr.write(`scale-chat: ${failure}\n`);
  if (runs.length > 0) await writePictures(runs);
  if (failed.length > 0) return EXIT_THRESHOLD_FAILED;
  return current.isWhole && baseline?.isWhole !== false ? 0 : 1;
}

/** The runs that could be read; what could not, or not whole, is named on stderr. */
async function readAll(
  inputs: readonly Input[],
  read: (input: Input) => Promise<RunOnDisk>,
  { stderr }: ReportIo,
): Promise<{ runs: RunSummary[]; isWhole: boolean }> {
  const runs: RunSummary[] = [];
  let isWhole = true;
  const complain = (text: string) => {
    stderr.write(`scale-chat: ${text}\n`);
    isWhole = false;
  };
  for (const input of inputs) {
    try {
      const { run, damage } = await read(input);
      runs.push(run);
      if (damage !== null) complain(`${input.name}:${damage}`);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      complain(error.message);
    }
  }
  return { runs, isWhole };
}

function checkFollowed(inputs: readonly Input[]): void {
  if (inputs.length === 1 && inputs[0]!.path !== null) return;
  throw new UsageError("--follow reads one file, by its name; a pipe is read to its end without it");
}
