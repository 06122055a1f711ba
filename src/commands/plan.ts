import type { Observed } from "../capacity/observed.ts";
import type { Demand } from "../capacity/plan.ts";
import type { Capacity } from "../capacity/servers.ts";
import type { CliCommand } from "../cli/command.ts";
import {
  bytes,
  duration,
  fraction,
  type Measurement,
  measurement,
  oneOf,
  roomsDistribution,
  wholeNumber,
} from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { apportion, type RoomsDistribution } from "../lib/apportion.ts";
import { OperationError, UsageError } from "../lib/errors.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { dialects } from "../protocol/dialects.ts";
import { wireSizes } from "../protocol/wire-size.ts";
import { DEFAULT_PERCENTILES, type RunSummary } from "../results/summary.ts";
import { CONNECTIONS_AT, SPAWN_AT } from "./policy.ts";

interface PlanOptions {
  users?: number;
  rooms: number;
  interval: number;
  roomsDist: RoomsDistribution;
  size: number;
  dialect: DialectName;
  headroom: number;
  capacity?: number;
  connectionsPerServer: number;
  historyBytes: number;
  from?: Measurement;
  json?: boolean;
}

export function planCommand(command: CliCommand, runtime: Runtime): void {
  const writes = wholeNumber("a number of writes a second", 1, 1e9);
  const connections = wholeNumber("a number of connections", 1, 1e9);
  command
    .description("how many servers it takes for these users, rooms and rates")
    .optionsGroup("Load:")
    .setting(
      "--users <number>",
      "all that are there at the same time",
      wholeNumber("a number of users", 1, 1e9),
    )
    .setting("--rooms <number>", "that they are in", wholeNumber("a number of rooms", 1, 1_000_000), "1")
    .setting(
      "--rooms-dist <kind>",
      "uniform, or zipf:1.1: a few large rooms, many small",
      roomsDistribution,
      "uniform",
    )
    .setting("--interval <time>", "mean, between two messages of a user", duration(1, 86_400_000), "30s")
    .setting("--size <bytes>", "text of a message", bytes(1, 16 * 2 ** 20), "256")
    .setting("--dialect <dialect>", DIALECT_NAMES.join(", "), oneOf(DIALECT_NAMES), "native")
    .optionsGroup("Servers:")
    .setting(
      "--capacity <writes>",
      `socket writes a second of a full server (default: ${SPAWN_AT}, as --spawn-at of balance)`,
      writes,
    )
    .setting(
      "--from <measured>",
      "take it from a results file of loadtest, or from a running server or balancer: http://127.0.0.1:8081",
      measurement,
    )
    .setting("--connections-per-server <number>", "that a full server has", connections, CONNECTIONS_AT)
    .setting(
      "--headroom <share>",
      "of each server that stays free: 0.3 or 30%",
      fraction("a share", 0, 0.95),
      "0.3",
    )
    .setting("--history-bytes <size>", "memory for messages, of each server", bytes(0, 2 ** 40), "256MiB")
    .optionsGroup("Output:")
    .option("--json", "the plan as JSON instead of tables")
    .examples(
      "scale-chat plan --users 100 --rooms 5 --interval 30s",
      "scale-chat plan --users 100000 --rooms 2000 --rooms-dist zipf:1.1 --from results/run.csv",
    )
    .runs<PlanOptions>((options) => printPlan(options, runtime));
}

async function printPlan(options: PlanOptions, runtime: Runtime): Promise<number> {
  const { plan } = await import("../capacity/plan.ts");
  const demand = demandOf(options);
  const observed = options.from === undefined ? null : await observe(options, options.from, runtime);
  const capacity: Capacity = {
    writes: observed?.writes ?? options.capacity ?? Number(SPAWN_AT),
    connections: options.connectionsPerServer,
  };
  const planned = plan(demand, capacity);
  if (options.json) {
    const { planJson } = await import("../capacity/json.ts");
    runtime.stdout.write(planJson(planned, observed));
  } else {
    const { showPlan } = await import("../capacity/show.ts");
    runtime.stdout.write(showPlan(planned, observed));
  }
  return 0;
}

function demandOf({
  users,
  rooms,
  roomsDist,
  interval,
  size,
  dialect,
  headroom,
  historyBytes,
}: PlanOptions): Demand {
  if (users === undefined)
    throw new UsageError("plan: --users is missing; say how many, such as --users 100");
  return {
    sizes: apportion(users, rooms, roomsDist),
    interval,
    wire: wireSizes(dialects[dialect], size),
    history: historyBytes,
    headroom,
  };
}

/** The capacity that was measured. Throws `OperationError` when that shows none. */
async function observe({ capacity }: PlanOptions, from: Measurement, runtime: Runtime): Promise<Observed> {
  if (capacity !== undefined) throw new UsageError("--capacity, --from: two capacities; choose one");
  const { capacityOfRun, capacityOfSample } = await import("../capacity/observed.ts");
  let observed: Observed | null;
  if (from.kind === "stats") {
    const { askStats } = await import("../capacity/ask-stats.ts");
    observed = capacityOfSample(await askStats(from.url), new URL(from.url).host);
  } else {
    observed = capacityOfRun(await runIn(from.path, runtime));
  }
  if (observed === null)
    throw new OperationError("Cannot measure the capacity: nothing was delivered; put load on it");
  return observed;
}

/** The run that a results file holds. Throws `OperationError` when it cannot be read. */
async function runIn(path: string, { stdin }: Runtime): Promise<RunSummary> {
  const { findInputs } = await import("../report/inputs.ts");
  const { readRun } = await import("../report/read-run.ts");
  const [input] = await findInputs({ files: [path] });
  return (await readRun(input!, stdin, DEFAULT_PERCENTILES, {})).run;
}
