import type { CliCommand } from "../cli/command.ts";
import { oneOf, percentiles, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import type { Format } from "../report/render/render.ts";
import { DEFAULT_PERCENTILES } from "../results/summary.ts";

const FORMATS = ["table", "json", "csv", "markdown"] as const satisfies readonly Format[];

interface Options {
  meta?: string;
  roomSize?: number;
  format: Format;
  percentiles: number[];
}

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
    .setting("--format <format>", `${FORMATS.join(", ")}; times are in ms`, oneOf(FORMATS), "table")
    .setting(
      "--percentiles <list>",
      "which percentiles of the latency, in percent",
      percentiles,
      DEFAULT_PERCENTILES.join(","),
    )
    .examples(
      "scale-chat report results.csv",
      "scale-chat report before.csv after.csv --percentiles 50,95,99",
      "scale-chat report --meta runs.csv --format markdown",
      "zcat old.csv.gz | scale-chat report - --room-size 16 --format json",
    )
    .runs<Options>(async (options, files) => {
      const { report } = await import("../report/report.ts");
      return report({ ...options, files }, runtime);
    });
}
