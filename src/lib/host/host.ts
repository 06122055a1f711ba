import { readFileSync } from "node:fs";
import { availableParallelism, cpus, freemem, release, totalmem, type } from "node:os";
import { type CgroupLimits, readCgroup } from "./cgroup.ts";
import { field, numbers, openFiles, type ReadText } from "./kernel-text.ts";

/** What a machine, and what encloses this process on it, allows. `null`: the system does not say, or has no such limit. */
export interface Host {
  /** Cores that this process may run on. */
  cores: number;
  /** The model, as the system names it. */
  cpu: string;
  cpuMhz: number | null;
  os: string;
  /** Bytes; available: without swapping. */
  memory: { total: number; available: number };
  cgroup: CgroupLimits;
  /** Of one process: now, and without more rights. Bun raises the first to the second when it starts. */
  openFiles: { soft: number; hard: number } | null;
  /** The most that root may allow one process. */
  nrOpen: number | null;
  /** Of all processes. */
  systemFiles: { used: number; max: number } | null;
  /** Ports for outgoing connections, to one address and port; both ends belong to it. */
  ports: { from: number; to: number } | null;
  /** Longest queue of connections that the server has not accepted yet. */
  somaxconn: number | null;
  /** Longest queue of connections that are only half open. */
  synBacklog: number | null;
  synCookies: boolean;
  /** Connections that the firewall keeps track of. */
  conntrack: { used: number; max: number } | null;
  /** Socket buffers of all processes, in pages of 4 KiB: over `pressure` the system makes them smaller. */
  tcpMemory: { used: number; pressure: number; max: number } | null;
  clocksource: string | null;
}

/** Asks the system; takes about a millisecond. */
export function readHost(read: ReadText = readText): Host {
  const net = (name: string) => numbers(read(`/proc/sys/net/${name}`));
  const [from, to] = net("ipv4/ip_local_port_range");
  const [filesUsed, , filesMost] = numbers(read("/proc/sys/fs/file-nr"));
  const [tracked] = net("netfilter/nf_conntrack_count");
  const [trackable] = net("netfilter/nf_conntrack_max");
  const [, pressure, most] = net("ipv4/tcp_mem");
  const [, pages] = /^TCP:.* mem (\d+)/m.exec(read("/proc/net/sockstat")) ?? [];
  const [, megahertz] = /^cpu MHz\s+: (\d+)/m.exec(read("/proc/cpuinfo")) ?? [];
  const clocksource = read("/sys/devices/system/clocksource/clocksource0/current_clocksource").trim();
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    cpuMhz: megahertz === undefined ? null : Number(megahertz),
    os: `${type()} ${release()}`,
    memory: { total: totalmem(), available: field(read("/proc/meminfo"), "MemAvailable") ?? freemem() },
    cgroup: readCgroup(read),
    openFiles: openFiles(read("/proc/self/limits")),
    nrOpen: numbers(read("/proc/sys/fs/nr_open"))[0] ?? null,
    systemFiles: both(filesUsed, filesMost, (used, max) => ({ used, max })),
    ports: both(from, to, (from, to) => ({ from, to })),
    somaxconn: net("core/somaxconn")[0] ?? null,
    synBacklog: net("ipv4/tcp_max_syn_backlog")[0] ?? null,
    synCookies: net("ipv4/tcp_syncookies")[0] === 1,
    conntrack: both(tracked, trackable, (used, max) => ({ used, max })),
    tcpMemory: both(pressure, most, (pressure, max) => ({ used: Number(pages ?? 0), pressure, max })),
    clocksource: clocksource === "" ? null : clocksource,
  };
}

function both<T>(a: number | undefined, b: number | undefined, make: (a: number, b: number) => T): T | null {
  return a === undefined || b === undefined ? null : make(a, b);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Not Linux, or not allowed: then it is not known.
  }
}
