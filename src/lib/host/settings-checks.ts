import { formatCount } from "../format.ts";
import { type Check, checkAmount, type Demand } from "./check.ts";
import type { Host } from "./host.ts";

/** The queue that Bun asks for when it listens; the system shortens it to `somaxconn`. */
const LISTEN_BACKLOG = 512;
/** Connections that may be half open at once while a crowd comes in. */
const SYN_BACKLOG = 1024;
/** Those that are read without a call into the kernel; `hpet` and `acpi_pm` take a thousand times as long. */
const QUICK_CLOCKS = ["tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"];
/** Cores under this share of what is wanted do not carry it. */
const LEAST_CORES = 0.25;
const SLOW_CORE = 0.5;

/** What `readHost` leaves out because it takes a moment, or is not asked of files. `null`: not known. */
export interface Measured {
  /** Of one core, against the machine of docs/benchmarks.md. */
  speed: number | null;
  isClockSynchronised: boolean | null;
}

/** What makes a machine quick and its figures right: without it things work, but worse. */
export function settingsChecks(host: Host, measured: Measured, demand: Demand): Check[] {
  const isServer = demand.role !== "client";
  return [
    cores(host, demand),
    speed(measured.speed),
    ...(isServer ? [acceptQueue(host, demand), synQueue(host, demand)] : []),
    clocksource(host.clocksource),
    clock(measured.isClockSynchronised),
  ];
}

/** A server is one event loop, and so is each process of a load test: it uses one core and no more, so none is to spare. */
export function cores({ cores, cgroup }: Host, { role, processes }: Demand): Check {
  const needed = (role === "client" ? 0 : 1) + (role === "server" ? 0 : processes);
  const isHeld = cgroup.cpus !== null && cgroup.cpus < cores;
  const found = isHeld ? cgroup.cpus! : cores;
  const verdict = found >= needed ? "fit" : found >= needed * LEAST_CORES ? "tight" : "unfit";
  const quota = `CPUQuota=${needed * 100}%  # in the systemd unit; a container: --cpus ${needed}`;
  return {
    name: "cores",
    found: isHeld ? `${Number(found.toFixed(2))} of ${cores} (a quota)` : String(cores),
    needed: String(needed),
    verdict,
    fix: verdict === "fit" ? null : cores >= needed ? quota : `a machine with ${needed} cores`,
  };
}

function speed(speed: number | null): Check {
  const isSlow = speed !== null && speed < SLOW_CORE;
  return {
    name: "speed of a core",
    found: speed === null ? "not known" : speed.toFixed(2),
    needed: SLOW_CORE.toFixed(2),
    verdict: speed === null ? "unknown" : isSlow ? "tight" : "fit",
    fix: isSlow ? "measure what it carries (scale-chat loadtest), and plan with that" : null,
  };
}

function acceptQueue({ somaxconn }: Host, { connections }: Demand): Check {
  const needed = Math.min(LISTEN_BACKLOG, connections);
  return atWorstTight({
    ...checkQueue("net.core.somaxconn", somaxconn, needed),
    name: "queue of connections to accept",
  });
}

function synQueue({ synBacklog, synCookies }: Host, { connections }: Demand): Check {
  const needed = Math.min(SYN_BACKLOG, connections);
  const check = atWorstTight(checkQueue("net.ipv4.tcp_max_syn_backlog", synBacklog, needed));
  const name = "queue of half-open connections";
  if (!synCookies) return { ...check, name };
  // A full queue then refuses nobody.
  return { ...check, name, found: `${check.found}, SYN cookies`, verdict: "fit", fix: null };
}

function checkQueue(setting: string, found: number | null, needed: number): Check {
  return checkAmount({
    name: setting,
    found,
    needed,
    show: formatCount,
    fix: `sysctl -w ${setting}=${2 * needed}`,
  });
}

/** A queue that is too short makes clients wait a second and come again. */
function atWorstTight(check: Check): Check {
  return check.verdict === "unfit" ? { ...check, verdict: "tight" } : check;
}

function clocksource(found: string | null): Check {
  const isSlow = found !== null && !QUICK_CLOCKS.includes(found);
  const folder = "/sys/devices/system/clocksource/clocksource0";
  return {
    name: "clock source",
    found: found ?? "not known",
    needed: "quick to read",
    verdict: found === null ? "unknown" : isSlow ? "tight" : "fit",
    fix: isSlow
      ? `echo tsc > ${folder}/current_clocksource  # if ${folder}/available_clocksource has it`
      : null,
  };
}

function clock(isSynchronised: boolean | null): Check {
  return {
    name: "clock",
    found: isSynchronised === null ? "not known" : isSynchronised ? "synchronised" : "not synchronised",
    needed: "synchronised",
    verdict: isSynchronised === null ? "unknown" : isSynchronised ? "fit" : "tight",
    fix: isSynchronised === false ? "timedatectl set-ntp true  # latencies between hosts need it" : null,
  };
}
