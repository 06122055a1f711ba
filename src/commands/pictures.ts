import type { CliCommand } from "../cli/command.ts";
import { duration, newFile, newFolder } from "../cli/parsers.ts";

/** Charts of runs, for every command that has runs to show. */
export function pictureOptions(command: CliCommand): void {
  command
    .setting("--html <file>", "also a page with charts, in one file that opens offline", newFile)
    .setting("--svg <folder>", "also the charts as files", newFolder)
    .setting(
      "--limit <time>",
      "latencies above it are too long: the charts show it, and bars once more cut there",
      duration(1, 3_600_000),
    );
}
