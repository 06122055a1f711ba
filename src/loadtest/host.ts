import { readFileSync } from "node:fs";
import { availableParallelism, cpus, freemem, release, totalmem, type } from "node:os";
import type { HostFacts } from "../results/run-meta.ts";

/** What this machine allows a load test. `null` where the system does not say. */
export interface HostLimits {
  facts: HostFacts;
  freeMemory: number;
  /** Open files of this process. */
  fileLimit: number | null;
  /** Ports for outgoing connections, to one address and port. */
  portRange: { from: number; to: number } | null;
}

export function readHostLimits(): HostLimits {
  return {
    facts: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? "unknown",
      memory_bytes: totalmem(),
      os: `${type()} ${release()}`,
    },
    freeMemory: freemem(),
    fileLimit: parseFileLimit(readOrEmpty("/proc/self/limits")),
    portRange: parsePortRange(readOrEmpty("/proc/sys/net/ipv4/ip_local_port_range")),
  };
}

/** The soft limit in the text of `/proc/self/limits`. */
export function parseFileLimit(text: string): number | null {
  const match = /^Max open files\s+(\d+|unlimited)/m.exec(text);
  if (match === null) return null;
  return match[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(match[1]);
}

/** The two numbers of `/proc/sys/net/ipv4/ip_local_port_range`. */
export function parsePortRange(text: string): { from: number; to: number } | null {
  const match = /^(\d+)\s+(\d+)/.exec(text);
  return match === null ? null : { from: Number(match[1]), to: Number(match[2]) };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Not Linux, or not allowed: then it is not known.
  }
}
