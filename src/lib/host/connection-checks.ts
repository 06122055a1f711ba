import { formatBytes, formatCount } from "../format.ts";
import { type Check, checkAmount, type Demand } from "./check.ts";
import type { Host } from "./host.ts";

/** Files that a process needs besides its connections. */
const OTHER_FILES = 64;
const MIB = 2 ** 20;
/**
 * What an end of a connection takes, the kernel's part included. Measured (docs/operations.md): 10 KiB in a server, 14 KiB
 * in a load test, idle; the rest is for what is on its way.
 */
const SERVER_BYTES = { process: 64 * MIB, connection: 12 * 1024 };
const CLIENT_BYTES = { process: 64 * MIB, connection: 24 * 1024 };
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
  const size = `${Math.ceil((needed * 1.2) / MIB)}M`;
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
  const nr = nrOpen !== null && needed > nrOpen ? `sysctl -w fs.nr_open=${needed} && ` : "";
  return checkAmount({
    name: "open files of a process",
    found: openFiles?.soft ?? null,
    needed,
    show: formatCount,
    fix: `${nr}ulimit -n ${needed}  # as root; a service: LimitNOFILE=${needed}`,
  });
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
  const widen = "sysctl -w net.ipv4.ip_local_port_range='1024 65535'";
  const addresses = Math.ceil(connections / WIDEST_RANGE);
  return checkAmount({
    name: "local ports to an address",
    found: ports === null ? null : ports.to - ports.from + 1,
    needed,
    show: formatCount,
    fix:
      needed <= WIDEST_RANGE
        ? widen
        : `${widen}  # and at least ${addresses} addresses of the server: 127.0.0.1, 127.0.0.2, …`,
  });
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
  const [used, pressure, max] = [tcpMemory?.used ?? 0, pages * 2, pages * 3];
  const found = tcpMemory === null ? null : tcpMemory.max - used;
  return checkAmount({
    name: "TCP memory",
    found: found === null ? null : found * PAGE_BYTES,
    needed: pages * PAGE_BYTES,
    show: formatBytes,
    fix: `sysctl -w net.ipv4.tcp_mem='${used + pages} ${used + pressure} ${used + max}'`,
  });
}

/** Sockets that the connections have here. */
function ends({ connections, role }: Demand): number {
  return role === "both" ? 2 * connections : connections;
}
