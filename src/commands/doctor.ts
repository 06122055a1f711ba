import type { CliCommand } from "../cli/command.ts";
import { wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { wantedBun } from "../cli/version.ts";
import { UsageError } from "../lib/errors.ts";
import { formatBytes, formatCount, formatCounted } from "../lib/format.ts";
import { type Check, type Demand, overallVerdict, USUAL_CONNECTIONS } from "../lib/host/check.ts";
import type { Host } from "../lib/host/host.ts";
import { type RedisOptions, redisOptions, sharedRedis } from "./storage.ts";

interface DoctorOptions extends RedisOptions {
  connections: number;
  server?: boolean;
  client?: boolean;
  processes?: number;
  targets?: number;
  json?: boolean;
}

export function doctorCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("is this machine fit for so many connections, and what would make it so?")
    .setting(
      "--connections <number>",
      "between a server and its clients",
      wholeNumber("a number of connections", 1, 100_000_000),
      String(USUAL_CONNECTIONS),
    )
    .option("--server", "only the server is here (default: both ends are)")
    .option("--client", "only the clients are here, those of a load test")
    .setting(
      "--processes <number>",
      "of the load test, over which its clients are spread (default: 1)",
      wholeNumber("a number of processes", 1, 1000),
    )
    .setting(
      "--targets <number>",
      "addresses of the server, over which the clients are spread (default: 1)",
      wholeNumber("a number of addresses", 1, 4096),
    )
    .option("--json", "the checks as JSON instead of a table")
    .optionsGroup("A Redis to judge, too:")
    .sharing(redisOptions)
    .examples(
      "scale-chat doctor",
      "scale-chat doctor --connections 50000 --server --redis redis://10.0.0.5",
      "scale-chat doctor --connections 100000 --client --processes 5 --targets 2",
    )
    .runs<DoctorOptions>((options) => examine(options, runtime));
}

async function examine(options: DoctorOptions, { stdout }: Runtime): Promise<number> {
  const demand = demandOf(options);
  const { readHost } = await import("../lib/host/host.ts");
  const { measureSpeed } = await import("../lib/host/speed.ts");
  const { isClockSynchronised } = await import("../lib/host/clock-sync.ts");
  const { hostChecks } = await import("../lib/host/checks.ts");
  const host = readHost();
  const measured = { speed: measureSpeed(), isClockSynchronised: isClockSynchronised() };
  const checks = [...hostChecks(host, measured, demand), bunCheck(), ...(await checkRedis(options))];
  const verdict = overallVerdict(checks);
  if (options.json) {
    const { connections, role } = demand;
    stdout.write(`${JSON.stringify({ connections, role, verdict, machine: machineOf(host), checks })}\n`);
  } else {
    const { showChecks } = await import("../lib/host/show-checks.ts");
    stdout.write(`${describeMachine(host)}\n\n${showChecks(checks, describeDemand(demand))}`);
  }
  return verdict === "unfit" ? 1 : 0;
}

function demandOf({ connections, server, client, processes, targets }: DoctorOptions): Demand {
  if (server && client) throw new UsageError("--server, --client: choose one; without either, both are here");
  if (server && (processes ?? targets) !== undefined)
    throw new UsageError("--processes, --targets: they are of clients; leave out --server");
  const role = server ? "server" : client ? "client" : "both";
  return { connections, role, processes: processes ?? 1, targets: targets ?? 1 };
}

async function checkRedis(options: DoctorOptions): Promise<Check[]> {
  const redis = sharedRedis(options);
  if (redis === undefined) return [];
  const { askRedis } = await import("../broker/redis/server-info.ts");
  const { redisChecks } = await import("../broker/redis/server-checks.ts");
  return redisChecks(await askRedis(redis));
}

/** A built program holds its own; one that runs from source may meet another. */
function bunCheck(): Check {
  const isWanted = Bun.version === wantedBun;
  return {
    name: "Bun",
    found: Bun.version,
    needed: wantedBun,
    verdict: isWanted ? "fit" : "tight",
    fix: isWanted ? null : "scripts/setup",
  };
}

function machineOf({ cores, cpu, cpuMhz, os, memory }: Host) {
  return { cores, cpu, cpu_mhz: cpuMhz, os, memory_bytes: memory.total };
}

function describeMachine({ cores, cpu, cpuMhz, os, memory }: Host): string {
  const speed = cpuMhz === null ? "" : `, ${formatCount(cpuMhz)} MHz`;
  return `${formatCounted(cores, "core")} (${cpu}${speed}), ${formatBytes(memory.total)} memory, ${os}`;
}

function describeDemand({ connections, role }: Demand): string {
  const where = { server: "a server", client: "the clients", both: "a server and its clients" }[role];
  return `${where} with ${formatCounted(connections, "connection")}`;
}
