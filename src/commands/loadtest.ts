import type { CliCommand } from "../cli/command.ts";
import { chatUrl, duration, filePath, newFile, percentage } from "../cli/parsers.ts";
import { listOf } from "../cli/parsers-list.ts";
import type { Runtime } from "../cli/runtime.ts";
import { UsageError } from "../lib/errors.ts";
import { DIALECT_NAMES } from "../protocol/dialect.ts";
import { parseThreshold } from "../results/threshold.ts";
import { DIALECT, INTERVAL, ROOM_SIZE, ROOMS, SEED, SIZE, VARIED } from "./loadtest-axes.ts";
import type { LoadtestOptions } from "./loadtest-options.ts";
import { pictureOptions } from "./pictures.ts";
import { thresholdOption } from "./thresholds.ts";

export function loadtestCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("thousands of chat clients on an open-loop schedule; every event goes to a CSV")
    .optionsGroup("Target:")
    .setting(
      "--url <url>",
      "the server (a path may hold {room}), or a balancer, http://…",
      chatUrl,
      "ws://127.0.0.1:8080",
    )
    .setting("--dialect <dialect>", DIALECT_NAMES.join(", "), DIALECT, "native")
    .setting(
      "--auth-key-file <file>",
      "sign a token for each client with this key, where the server asks for one",
      listOf(filePath),
    )
    .optionsGroup("Load:")
    .setting("--rooms <number>", "rooms", ROOMS, "1")
    .setting("--room-size <clients>", "clients in each room", ROOM_SIZE, "10")
    .setting("--interval <time>", "between two messages of a client", INTERVAL, "1000ms")
    .setting("--size <bytes>", "text of a message", SIZE, "256")
    .setting("--seed <number>", "of the random phases; the same seed gives the same plan", SEED, "1")
    .optionsGroup("Time:")
    .setting("--duration <time>", "how long messages are sent", duration(1, 604_800_000), "30s")
    .setting("--warmup <time>", "from its start, left out of the figures", duration(0, 86_400_000), "0s")
    .setting("--ramp <time>", "over which the clients connect", duration(0, 86_400_000), "2s")
    .setting(
      "--connect-timeout <time>",
      "after it, until a client is given up",
      duration(1, 3_600_000),
      "10s",
    )
    .setting("--settle <time>", "longest wait for the last deliveries", duration(0, 3_600_000), "10s")
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
    )
    .runs<LoadtestOptions>(async (options) => {
      if (options.sweep !== undefined && options.findLimit !== undefined) {
        throw new UsageError("--sweep and --find-limit both choose the loads: use one of them");
      }
      if (options.findLimit !== undefined) {
        const { runFindLimit } = await import("./loadtest-limit.ts");
        return runFindLimit(options, options.findLimit, runtime);
      }
      if (options.sweep !== undefined) {
        const { runSweep } = await import("./loadtest-sweep.ts");
        return runSweep(options, options.sweep, runtime);
      }
      const { runOnce } = await import("./loadtest-once.ts");
      return runOnce(options, runtime);
    });
}
