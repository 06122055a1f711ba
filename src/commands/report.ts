import { availableParallelism } from "node:os";
import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { liveBlock } from "../cli/live-block.ts";
import { duration, oneOf, percentiles, wholeNumber } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import { environmentOfSelf, type Runtime } from "../cli/runtime.ts";
import { screenOf } from "../cli/screen.ts";
import { UsageError } from "../lib/errors.ts";
import { withShutdown } from "../lib/shutdown.ts";
import type { ReportOptions } from "../report/report.ts";
import { DEFAULT_PERCENTILES } from "../results/summary.ts";
import { SUMMARY_FORMATS } from "../results/summary-formats.ts";
import { pictureOptions } from "./pictures.ts";
import { thresholdOption } from "./thresholds.ts";

interface CommandOptions extends Omit<ReportOptions, "files" | "scanner" | "watch"> {
  scanner?: boolean;
  follow?: boolean;
  every: number;
}

/** More of them wait for the disk and not for a processor. */
const MOST_PROCESSES = 8;

export function reportCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("percentile tables out of results files")
    .argument(
      "[files...]",
      "results files of loadtest, or of the older form, or the directory of a sweep; - is the standard input",
    )
    .optionsGroup("Input:")
    .option(
      "--meta <file>",
      "more files, with their rooms: lines of rooms,room_size,file, relative to the folder of this one",
    )
    .setting(
      "--room-size <members>",
      "members of each room, for files that do not say it (default: inferred from the deliveries)",
      wholeNumber("a number of members", 1, 1_000_000),
    )
    .setting(
      "--warmup <time>",
      "from the beginning of each run, left out of the figures (default: what the file says)",
      duration(0, 86_400_000),
    )
    .option("--follow", "keep reading while the file is written, until its run is over or Ctrl-C")
    .setting("--every <time>", "with --follow: from one look to the next", duration(100, 3_600_000), "2s")
    .optionsGroup("Output:")
    .setting(
      "--format <format>",
      `${SUMMARY_FORMATS.join(", ")}; times are in ms`,
      oneOf(SUMMARY_FORMATS),
      "table",
    )
    .setting(
      "--percentiles <list>",
      "which percentiles of the latency, in percent",
      percentiles,
      DEFAULT_PERCENTILES.join(","),
    )
    .optionsGroup("Charts:")
    .sharing(pictureOptions)
    .optionsGroup("Judgement:")
    .sharing(thresholdOption)
    .setting(
      "--baseline <file>",
      "compare with this run before, or the directory of a sweep; may be repeated",
      listOf((text) => text),
    )
    .sharing(scannerOption)
    .examples(
      "scale-chat report results.csv",
      "scale-chat report before.csv after.csv --percentiles 50,95,99",
      "scale-chat report --meta runs.csv --format markdown",
      "scale-chat report results/*.csv --html report.html --limit 2s",
      "scale-chat report new.csv --baseline old.csv --threshold 'p99<=110%'",
      "scale-chat report --follow results.csv --every 5s",
      "zcat old.csv.gz | scale-chat report - --room-size 16 --format json",
    )
    .runs<CommandOptions>(({ scanner: isScanner, follow: isFollowing, every, ...options }, files) => {
      if (isScanner) return scanForReport(runtime);
      if (!isFollowing) return printReport({ ...options, files }, runtime);
      return withShutdown(runtime.exitNow, ({ requested: stop }) => {
        // Beside the report and not in it: where that goes into a file, somebody may still watch.
        const watch = { every, stop, draw: liveBlock(runtime.stderr) };
        return printReport({ ...options, files, watch }, runtime);
      });
    });
}

/** How a report starts the processes that help it; for nobody else. */
function scannerOption(command: CliCommand): void {
  command.addOption(new Option("--scanner").hideHelp());
}

async function printReport(options: ReportOptions, runtime: Runtime): Promise<number> {
  const { report } = await import("../report/report.ts");
  const scanner = {
    command: [...runtime.self, "report", "--scanner"],
    env: environmentOfSelf(runtime.env),
    processes: Math.min(MOST_PROCESSES, availableParallelism()),
  };
  return report({ ...options, scanner, screen: screenOf(runtime.stdout, runtime.env) }, runtime);
}

async function scanForReport(runtime: Runtime): Promise<number> {
  const parent = runtime.parent();
  if (parent === null) throw new UsageError("--scanner is for processes that a report starts");
  const { scanForParent } = await import("../report/scan/scanner-process.ts");
  return scanForParent(parent);
}
