import type { CliCommand } from "../cli/command.ts";
import { liveLine } from "../cli/live-line.ts";
import { bytes, chatUrl, duration, newFile, oneOf, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { withShutdown } from "../lib/shutdown.ts";
import type { LoadOptions } from "../loadtest/options.ts";
import { DIALECT_NAMES } from "../protocol/dialect.ts";

interface LoadtestOptions extends LoadOptions {
  out?: string;
  quiet?: boolean;
  json?: boolean;
}

const ROOMS = wholeNumber("a number of rooms", 1, 1_000_000);
const MEMBERS = wholeNumber("a number of clients", 1, 1_000_000);
const SEED = wholeNumber("a seed", 0, 2 ** 32 - 1);

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
    .setting("--dialect <dialect>", DIALECT_NAMES.join(", "), oneOf(DIALECT_NAMES), "native")
    .optionsGroup("Load:")
    .setting("--rooms <number>", "rooms", ROOMS, "1")
    .setting("--room-size <clients>", "clients in each room", MEMBERS, "10")
    .setting("--interval <time>", "between two messages of a client", duration(1, 86_400_000), "1000ms")
    .setting("--size <bytes>", "text of a message", bytes(1, 16 * 2 ** 20), "256")
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
    .optionsGroup("Output:")
    .setting(
      "--out <file>",
      "the CSV, replaced if it exists (default: results/<time>-<rooms>x<size>.csv)",
      newFile,
    )
    .option("--quiet", "nothing but errors, and the JSON if it is asked for")
    .option("--json", "the summary as JSON instead of a table")
    .examples(
      "scale-chat loadtest --rooms 25 --room-size 8 --duration 10s",
      "scale-chat loadtest --url ws://chat.example.org --room-size 1000 --interval 10s --dialect plain",
    )
    .runs<LoadtestOptions>((options) => runLoadtest(options, runtime));
}

async function runLoadtest(options: LoadtestOptions, runtime: Runtime): Promise<number> {
  const { loadTest } = await import("../loadtest/loadtest.ts");
  const { render } = await import("../report/render/render.ts");
  const { clock, random, stdout, stderr } = runtime;
  const out = options.out ?? defaultPath(options, new Date(clock.now()));
  const say = options.quiet ? () => {} : (line: string) => void stderr.write(`${line}\n`);
  const show = options.quiet ? null : liveLine(stderr);
  const outcome = await withShutdown(runtime.exitNow, ({ requested: stop }) =>
    loadTest(options, out, { clock, random, stop, say, show }),
  );

  if (options.json) stdout.write(render([outcome.summary], "json"));
  else if (!options.quiet) stdout.write(render([outcome.summary], "table"));
  say(`results: ${out}`);
  for (const problem of outcome.problems) stderr.write(`scale-chat: ${problem}\n`);
  return outcome.problems.length === 0 ? 0 : 1;
}

function defaultPath({ rooms, roomSize }: LoadOptions, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `results/${time}-${rooms}x${roomSize}.csv`;
}
