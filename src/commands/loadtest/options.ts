import { UsageError } from "../../lib/errors.ts";
import type { Variable } from "../../loadtest/limit/dial.ts";
import type { LoadOptions } from "../../loadtest/options.ts";
import type { PictureOptions } from "../../report/pictures.ts";
import type { Threshold } from "../../results/threshold.ts";
import type { AuthOptions } from "../auth.ts";
import type { ThresholdOptions } from "../thresholds.ts";

export interface LoadtestOptions extends LoadOptions, ThresholdOptions, PictureOptions, AuthOptions {
  /** What several tests vary, as it was written. */
  sweep?: string;
  /** Between two of them, milliseconds. */
  coolDown: number;
  /** The highest load that holds these is searched for. */
  findLimit?: Threshold[];
  vary?: Variable;
  /** A share. */
  resolution: number;
  out?: string;
  /** False: the summary is all. */
  csv: boolean;
  quiet?: boolean;
  json?: boolean;
  abortOnFail?: boolean;
}

/** What the tests are held to. Throws `UsageError` when nothing is and something should be. */
export function thresholdsOf({ threshold = [], abortOnFail = false }: LoadtestOptions): Threshold[] {
  if (abortOnFail && threshold.length === 0) {
    throw new UsageError("--abort-on-fail needs a --threshold that can fail");
  }
  return threshold;
}

/** `20261121-025638`: tells results apart, and sorts by time. */
export function timeName(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
