import { Option } from "commander";
import type { CliCommand } from "../cli/command.ts";
import { duration, newFile, percentage } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import type { Runtime } from "../cli/runtime.ts";
import { UsageError } from "../lib/errors.ts";
import { parseThreshold } from "../results/threshold.ts";
import type { AuthOptions } from "./auth.ts";
import { VARIED } from "./loadtest/axes.ts";
import { type LoadSettings, loadOptions, loadOptionsOf, recordingOptions } from "./loadtest/load.ts";
import type { LoadtestOptions } from "./loadtest/options.ts";
import { commandLine } from "./loadtest/program.ts";
import { openTokens } from "./loadtest/tokens.ts";
import { pictureOptions } from "./pictures.ts";
import { thresholdOption } from "./thresholds.ts";

interface LoadtestSettings extends LoadSettings, Omit<LoadtestOptions, keyof LoadSettings> {
  /** This process is one of those that generate the load of another one. */
  generator?: boolean;
}

export function loadtestCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("thousands of chat clients on an open-loop schedule; every event goes to a CSV")
    .sharing(loadOptions)
    .optionsGroup("Several tests:")
    .setting(
      "--sweep <axes>",
      "one test for each combination: 'rooms=1 room-size=10..110+10; rooms=5 room-size=2,4'",
      (text) => text,
    )
    .setting(
      "--find-limit <condition>",
      "search for the highest load that holds it, such as 'p99<250ms'",
      listOf(parseThreshold),
    )
    .setting(
      "--vary <option>",
      "what the search turns up (default: room-size of one room, else rooms)",
      VARIED,
    )
    .setting(
      "--resolution <percent>",
      "how near the search comes to the limit",
      percentage("a resolution", 0.1, 100),
      "5%",
    )
    .setting("--cool-down <time>", "between two tests", duration(0, 3_600_000), "5s")
    .optionsGroup("Output:")
    .setting(
      "--out <file>",
      "the CSV, replaced if it exists (default: results/<time>-<rooms>x<size>.csv); of several tests their new directory",
      newFile,
    )
    .sharing(recordingOptions)
    .option("--quiet", "nothing but errors, and the JSON if it is asked for")
    .option("--json", "the summary as JSON instead of a table")
    .optionsGroup("Charts:")
    .sharing(pictureOptions)
    .optionsGroup("Judgement:")
    .sharing(thresholdOption)
    .option("--abort-on-fail", "end the test as soon as one of them is seen to fail")
    .examples(
      "scale-chat loadtest --rooms 25 --room-size 8 --duration 10s",
      "scale-chat loadtest --url ws://chat.example.org --room-size 1000 --interval 10s --dialect plain",
      "scale-chat loadtest --idle --room-size 50000 --targets 127.0.0.1..127.0.0.4 --ramp 30s",
      "scale-chat loadtest --rooms 100 --rooms-dist zipf:1.1 --stages 30s:100,1m:1000,30s:0",
    )
    .addOption(new Option("--generator").hideHelp())
    .runs<LoadtestSettings>(async (settings) => {
      if (settings.generator) return generate(settings, runtime);
      const options = { ...settings, ...loadOptionsOf(settings, commandLine(runtime.args)) };
      if (options.sweep !== undefined && options.findLimit !== undefined) {
        throw new UsageError("--sweep and --find-limit both choose the loads: use one of them");
      }
      if (options.vary !== undefined && options.findLimit === undefined) {
        throw new UsageError(
          "--vary says what --find-limit turns up, and there is none; --sweep names its own axes",
        );
      }
      if (options.findLimit !== undefined) {
        const { runFindLimit } = await import("./loadtest/limit.ts");
        return runFindLimit(options, options.findLimit, runtime);
      }
      if (options.sweep !== undefined) {
        const { runSweep } = await import("./loadtest/sweep.ts");
        return runSweep(options, options.sweep, runtime);
      }
      const { runOnce } = await import("./loadtest/once.ts");
      return runOnce(options, runtime);
    });
}

/** One of the processes of a load test that needs several. */
async function generate({ authKeyFile }: AuthOptions, { parent, random, exitNow }: Runtime): Promise<number> {
  const { generateFor } = await import("../loadtest/generator/generator-process.ts");
  // Before anything is heard: what comes earlier than the listener is lost.
  const tokensFor = await openTokens(authKeyFile);
  const channel = parent();
  if (channel === null) throw new UsageError("--generator is for processes that a load test starts");
  // A Ctrl-C in a terminal reaches the whole group: how it ends is for the process that started this one to say.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  await generateFor(channel, random, tokensFor);
  // Whoever started it wants nothing more, or is gone: what is still open would only keep it alive.
  exitNow(0);
  return 0;
}
