import type { CliCommand } from "../cli/command.ts";
import { listOf } from "../cli/parsers-list.ts";
import { parseThreshold, type Threshold } from "../results/threshold.ts";

export interface ThresholdOptions {
  threshold?: Threshold[];
}

/** What a run is held to; its exit code tells. */
export function thresholdOption(command: CliCommand): void {
  command.setting(
    "--threshold <condition>",
    "what has to hold, or the exit code is 99: 'p99<250ms', 'loss==0', …; may be repeated",
    listOf(parseThreshold),
  );
}
