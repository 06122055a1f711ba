import type { Logger } from "../log.ts";
import { connectionChecks } from "./connection-checks.ts";
import type { Host } from "./host.ts";

/** A server starts in any case: what its machine lacks for so many `connections` is in the log from the beginning. */
export function warnOfShortage(host: Host, connections: number, log: Logger): void {
  const checks = connectionChecks(host, { connections, role: "server", processes: 1, targets: 1 });
  for (const { name, found, needed, verdict, fix } of checks) {
    if (verdict === "unfit") log.warn("machine_unfit", { connections, check: name, found, needed, fix });
  }
}
