import { formatBytes, formatCount } from "../format.ts";
import { type Check, checkAmount, type Demand, SPARE, withSpare } from "./check.ts";
import type { Host } from "./host.ts";

/** Files that a process needs besides its connections. */
export const OTHER_FILES = 64;
const MIB = 2 ** 20;
/** That a load test takes. */
const MOST_PROCESSES = 1000;
/**
 * What an end of a connection takes, the kernel's part included. Measured (docs/operations.md): 8 KiB in a server, 7 KiB
 * in a load test, idle; the rest is for what is on its way.
 */
const SERVER_BYTES = { process: 64 * MIB, connection: 10 * 1024 };
const CLIENT_BYTES = { process: 64 * MIB, connection: 12 * 1024 };
/** What `net.ipv4.tcp_mem` counts in. */
const PAGE_BYTES = 4096;
/** The ports that root may give to outgoing connections. */
const WIDEST_RANGE = 65_535 - 1024 + 1;

/** What connections use up: whoever has too little of it fails halfway. */
export function connectionChecks(host: Host, demand: Demand): Check[] {
  return [
    memory(host, demand),
    openFiles(host, demand),
    systemFiles(host, demand),
    ...(demand.role === "server" ? [] : [ports(host, demand)]),
    ...(host.conntrack === null ? [] : [conntrack(host.conntrack, demand)]),
    tcpMemory(host, demand),
  ];
}

/** Bytes for so many connections. */
export function memoryNeeded({ connections, role, processes }: Demand): number {
  const server = SERVER_BYTES.process + connections * SERVER_BYTES.connection;
  const clients = processes * CLIENT_BYTES.process + connections * CLIENT_BYTES.connection;
  return (role === "client" ? 0 : server) + (role === "server" ? 0 : clients);
}

function memory({ memory, cgroup }: Host, demand: Demand): Check {
  const allowed = cgroup.memory === null ? memory.available : cgroup.memory.limit - cgroup.memory.used;
  const needed = memoryNeeded(demand);
  const isHeld = allowed < memory.available;
  // What is used already stays so.
  const size = `${Math.ceil(((cgroup.memory?.used ?? 0) + withSpare(needed)) / MIB)}M`;
  return checkAmount({
    name: "memory",
    found: Math.min(allowed, memory.available),
    needed,
    show: formatBytes,
    fix: isHeld
      ? `MemoryMax=${size}  # in the systemd unit; a container: --memory ${size}`
      : "fewer connections, or a machine with more memory",
  });
}

function openFiles({ openFiles, nrOpen }: Host, { connections, role, processes }: Demand): Check {
  const ofProcess = role === "client" ? Math.ceil(connections / processes) : connections;
  const needed = ofProcess + OTHER_FILES;
  const wanted = withSpare(needed);
  const nr = nrOpen !== null && wanted > nrOpen ? `sysctl -w fs.nr_open=${wanted} && ` : "";
  const spread = role === "client" ? processesThatFit(openFiles?.soft ?? 0, connections) : null;
  const orSpread = spread === null ? "" : `; or loadtest --processes ${spread}`;
  return checkAmount({
    name: "open files of a process",
    found: openFiles?.soft ?? null,
    needed,
    show: formatCount,
    fix: `${nr}ulimit -n ${wanted}  # as root; a service: LimitNOFILE=${wanted}${orSpread}`,
  });
}

/** The fewest processes that have files to spare for their part of the clients; `null` when no reasonable number has. */
function processesThatFit(files: number, clients: number): number | null {
  const ofProcess = Math.floor(files / SPARE) - OTHER_FILES;
  const processes = Math.ceil(clients / ofProcess);
  return ofProcess > 0 && processes <= MOST_PROCESSES ? processes : null;
}

function systemFiles({ systemFiles }: Host, demand: Demand): Check {
  const needed = ends(demand) + OTHER_FILES;
  return checkAmount({
    name: "open files of all",
    found: systemFiles === null ? null : systemFiles.max - systemFiles.used,
    needed,
    show: formatCount,
    fix: `sysctl -w fs.file-max=${(systemFiles?.used ?? 0) + 2 * needed}`,
  });
}

function ports({ ports }: Host, { connections, targets }: Demand): Check {
  const needed = targets === null ? 1 : Math.ceil(connections / targets);
  const found = ports === null ? null : ports.to - ports.from + 1;
  return checkAmount({
    name: "local ports to an address",
    found,
    needed,
    show: formatCount,
    fix: morePorts(found ?? 0, needed, connections),
  });
}

/** A wider range as far as that helps, and several addresses where it does not. */
function morePorts(found: number, needed: number, connections: number): string {
  const widen = "sysctl -w net.ipv4.ip_local_port_range='1024 65535'";
  if (withSpare(needed) <= WIDEST_RANGE) return widen;
  const addresses = Math.ceil(withSpare(connections) / WIDEST_RANGE);
  const spread = `at least ${addresses} addresses of the server: loadtest --targets 127.0.0.1,127.0.0.2,…`;
  return found < WIDEST_RANGE ? `${widen}  # and ${spread}` : spread;
}

function conntrack({ used, max }: NonNullable<Host["conntrack"]>, { connections }: Demand): Check {
  const check = checkAmount({
    name: "tracked connections",
    found: max - used,
    needed: connections,
    show: formatCount,
    fix: `sysctl -w net.netfilter.nf_conntrack_max=${used + 2 * connections}`,
  });
  // With no rule in the firewall nothing is tracked: then its limit stops nobody.
  return check.verdict === "unfit" && used === 0 ? { ...check, verdict: "tight" } : check;
}

/** A page for each end: room for one small message on its way, in every connection at once. */
function tcpMemory({ tcpMemory }: Host, demand: Demand): Check {
  const pages = ends(demand);
  const used = tcpMemory?.used ?? 0;
  const [low, pressure, max] = [used + withSpare(pages), used + 2 * pages, used + 3 * pages];
  const found = tcpMemory === null ? null : tcpMemory.max - used;
  return checkAmount({
    name: "TCP memory",
    found: found === null ? null : found * PAGE_BYTES,
    needed: pages * PAGE_BYTES,
    show: formatBytes,
    fix: `sysctl -w net.ipv4.tcp_mem='${low} ${pressure} ${max}'`,
  });
}

/** Sockets that the connections have here. */
function ends({ connections, role }: Demand): number {
  return role === "both" ? 2 * connections : connections;
}
