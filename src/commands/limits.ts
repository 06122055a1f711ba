import type { CliCommand } from "../cli/command.ts";
import { bytes, duration } from "../cli/parsers.ts";
import type { Host } from "../lib/host/host.ts";
import type { ServerOptions } from "../server/options.ts";

/** What one server takes, and how long it waits. */
export type LimitOptions = Pick<
  ServerOptions,
  "maxPayload" | "backpressureLimit" | "batchWindow" | "idleTimeout" | "drainTimeout"
>;

export function limitOptions(command: CliCommand): void {
  command
    .optionsGroup("Limits:")
    .setting("--max-payload <size>", "longest frame from a client", bytes(64, 64 * 2 ** 20), "64KiB")
    .setting("--backpressure-limit <size>", "bytes waiting for a slow client", bytes(1024, 2 ** 30), "1MiB")
    .setting(
      "--batch-window <time>",
      "the most that messages of a hot room wait to go together; 0ms: never",
      duration(0, 1000),
      "50ms",
    )
    .setting("--idle-timeout <time>", "until a silent connection is closed", duration(8000, 960_000), "2m")
    .setting("--drain-timeout <time>", "longest time for stopping", duration(0, 3_600_000), "10s");
}

/** The same for the command line of another process of this program. */
export function limitArguments(options: LimitOptions): string[] {
  return [
    `--max-payload=${options.maxPayload}`,
    `--backpressure-limit=${options.backpressureLimit}`,
    `--batch-window=${options.batchWindow}ms`,
    `--idle-timeout=${options.idleTimeout}ms`,
    `--drain-timeout=${options.drainTimeout}ms`,
  ];
}

/** What waits for all clients together may take this share of the memory. */
const WAITING_SHARE = 0.25;

/** What one server may use of a machine, or of its cgroup. */
export function resourcesOf({ memory, cgroup }: Host): Pick<ServerOptions, "waitingLimit" | "cores"> {
  const total = Math.min(memory.total, cgroup.memory?.limit ?? memory.total);
  return { waitingLimit: total * WAITING_SHARE, cores: cgroup.cpus ?? 1 };
}
