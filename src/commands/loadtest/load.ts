import type { CliCommand } from "../../cli/command.ts";
import {
  chatUrl,
  duration,
  filePath,
  oneIn,
  oneOf,
  percentage,
  roomsDistribution,
} from "../../cli/parsers.ts";
import { listOf } from "../../cli/parsers-list.ts";
import { hosts, processes, range, stages } from "../../cli/parsers-load.ts";
import { UsageError } from "../../lib/errors.ts";
import type { LoadOptions, Spread } from "../../loadtest/options.ts";
import type { Arrivals } from "../../loadtest/plan/gaps.ts";
import type { Stage } from "../../loadtest/plan/stages.ts";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";
import { DIALECT, INTERVAL, ROOM_SIZE, ROOMS, SEED, SIZE } from "./axes.ts";

/** The load as the command line says it. */
export interface LoadSettings extends Omit<LoadOptions, "urls" | "addresses" | "stages" | "command"> {
  url?: string[];
  targets?: string[];
  stages?: Stage[];
}

const DEFAULT_URL = "ws://127.0.0.1:8080";
const SPREADS = ["clients", "rooms"] as const satisfies readonly Spread[];
const ARRIVALS = ["fixed", "poisson"] as const satisfies readonly Arrivals[];

/** Where the clients go, and what they do there. */
export function loadOptions(command: CliCommand): void {
  command
    .optionsGroup("Target:")
    .setting(
      "--url <url>",
      `the server (a path may hold {room}), or a balancer, http://…; may be repeated (default: ${DEFAULT_URL})`,
      listOf(chatUrl),
    )
    .setting(
      "--targets <hosts>",
      "in place of the host in --url, in turn: 127.0.0.1..127.0.0.40; each has ports of its own",
      hosts,
    )
    .setting(
      "--spread <what>",
      "over several servers: clients, of each room, where they are one chat, or rooms, where they share nothing",
      oneOf(SPREADS),
      "clients",
    )
    .setting("--dialect <dialect>", DIALECT_NAMES.join(", "), DIALECT, "native")
    .setting(
      "--auth-key-file <file>",
      "sign a token for each client with this key, where the server asks for one",
      listOf(filePath),
    )
    .optionsGroup("Load:")
    .setting("--rooms <number>", "rooms", ROOMS, "1")
    .setting("--room-size <clients>", "clients in each room; on average, with zipf", ROOM_SIZE, "10")
    .setting(
      "--rooms-dist <kind>",
      "sizes of the rooms: uniform, or zipf:1.1 for hot ones",
      roomsDistribution,
      "uniform",
    )
    .setting(
      "--interval <time>",
      "between two messages of a client; 500ms..5s draws each",
      range(INTERVAL, "500ms..5s"),
      "1000ms",
    )
    .setting(
      "--arrivals <kind>",
      "fixed: at the interval; poisson: at random around it",
      oneOf(ARRIVALS),
      "fixed",
    )
    .setting("--size <bytes>", "text of a message; 64..1024 draws each", range(SIZE, "64..1024"), "256")
    .option("--idle", "nobody says anything: connections are held", false)
    .setting(
      "--churn <share>",
      "of the clients that leaves, with others coming: 1%/s",
      percentage("a share", 0, 100, "/s"),
      "0%/s",
    )
    .setting("--slow <share>", "of the clients that reads nothing: 5%", percentage("a share", 0, 100), "0%")
    .setting("--seed <number>", "of everything random; the same seed gives the same plan", SEED, "1")
    .setting("--processes <number>", "that generate the load, or auto", processes, "auto")
    .optionsGroup("Time:")
    .setting("--duration <time>", "how long messages are sent", duration(1, 604_800_000), "30s")
    .setting(
      "--stages <list>",
      "30s:100,1m:1000,30s:0: the clients in all rooms, in place of --duration, --room-size and --ramp",
      stages,
    )
    .setting("--warmup <time>", "from its start, left out of the figures", duration(0, 86_400_000), "0s")
    .setting("--ramp <time>", "over which the clients connect", duration(0, 86_400_000), "2s")
    .setting(
      "--connect-timeout <time>",
      "after it, until a client is given up",
      duration(1, 3_600_000),
      "10s",
    )
    .setting("--settle <time>", "longest wait for the last deliveries", duration(0, 3_600_000), "10s");
}

/** How much of what happens is written down. */
export function recordingOptions(command: CliCommand): void {
  command
    .setting("--sample <share>", "messages written down, each with all its deliveries: 1/10", oneIn, "1/1")
    .option("--no-csv", "write no file, only the summary");
}

/** What the load tester is asked to do; `command` is the command line that asks. Throws `UsageError`. */
export function loadOptionsOf(settings: LoadSettings, command: string): LoadOptions {
  const { url = [DEFAULT_URL], targets, stages, ...options } = settings;
  if (options.arrivals === "poisson" && options.interval.min !== options.interval.max) {
    throw new UsageError(
      "--arrivals poisson takes one interval, the mean of all; a range is for fixed arrivals",
    );
  }
  const urls = targets === undefined ? url : url.flatMap((one) => targets.map((host) => withHost(one, host)));
  const duration = stages?.reduce((sum, stage) => sum + stage.duration, 0) ?? options.duration;
  return { ...options, urls, addresses: targets?.length ?? 1, stages, duration, command };
}

function withHost(url: string, host: string): string {
  const { protocol, port, pathname } = new URL(url);
  // A URL would encode the braces of {room}.
  const path = pathname === "/" ? "" : decodeURI(pathname);
  return `${protocol}//${host}${port === "" ? "" : `:${port}`}${path}`;
}
