import type { CliCommand } from "../cli/command.ts";
import { oneOf, percentiles, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import type { ReportOptions } from "../report/report.ts";
import { DEFAULT_PERCENTILES } from "../results/summary.ts";
import { SUMMARY_FORMATS } from "../results/summary-formats.ts";
import { thresholdOption } from "./thresholds.ts";

export function reportCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("percentile tables out of results files")
    .argument("[files...]", "results files of loadtest, or of the older form; - is the standard input")
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
    .optionsGroup("Judgement:")
    .sharing(thresholdOption)
    .examples(
      "scale-chat report results.csv",
      "scale-chat report before.csv after.csv --percentiles 50,95,99",
      "scale-chat report --meta runs.csv --format markdown",
      "zcat old.csv.gz | scale-chat report - --room-size 16 --format json",
    )
    .runs<Omit<ReportOptions, "files">>(async (options, files) => {
      const { report } = await import("../report/report.ts");
      return report({ ...options, files }, runtime);
    });
}
