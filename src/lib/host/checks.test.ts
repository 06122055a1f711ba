import { describe, expect, test } from "bun:test";
import { type Check, checkAmount, type Demand, overallVerdict } from "./check.ts";
import { hostChecks } from "./checks.ts";
import { HOST } from "./fake-host.ts";
import type { Host } from "./host.ts";
import type { Measured } from "./settings-checks.ts";

const SERVER: Demand = { connections: 1000, role: "server", processes: 1, targets: 1 };
const CLIENT: Demand = { ...SERVER, role: "client" };
const MEASURED: Measured = { speed: 1, isClockSynchronised: true };

function checksOf(demand: Demand, host: Partial<Host> = {}, measured: Partial<Measured> = {}): Check[] {
  return hostChecks({ ...HOST, ...host }, { ...MEASURED, ...measured }, demand);
}

function find(checks: Check[], name: string): Check {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${checks.map(({ name }) => name)}`);
  return found;
}

test("an amount is fit with a fifth to spare, tight with less, unfit when it is short", () => {
  const judge = (found: number | null) =>
    checkAmount({ name: "seats", found, needed: 100, show: String, fix: "more" });
  expect(judge(120)).toEqual({ name: "seats", found: "120", needed: "100", verdict: "fit", fix: null });
  expect(judge(119)).toMatchObject({ verdict: "tight", fix: "more" });
  expect(judge(100)).toMatchObject({ verdict: "tight", fix: "more" });
  expect(judge(99)).toMatchObject({ verdict: "unfit", fix: "more" });
  expect(judge(null)).toMatchObject({ found: "not known", verdict: "unknown", fix: null });
});

test.each([SERVER, CLIENT, { ...SERVER, role: "both" } as const])(
  "a common machine is fit for %p",
  (demand) => {
    const checks = checksOf(demand);
    expect(checks.filter(({ verdict }) => verdict !== "fit")).toEqual([]);
    expect(overallVerdict(checks)).toBe("fit");
  },
);

test("where the system says nothing, nothing is refused", () => {
  const silent: Partial<Host> = {
    ...{ openFiles: null, nrOpen: null, systemFiles: null, ports: null, somaxconn: null, synBacklog: null },
    ...{ conntrack: null, tcpMemory: null, clocksource: null, cpuMhz: null, synCookies: false },
  };
  const checks = checksOf({ ...SERVER, role: "both" }, silent, { speed: null, isClockSynchronised: null });
  expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(["fit", "unknown"]));
  expect(checks.filter(({ fix }) => fix !== null)).toEqual([]);
});

describe("each check and its fix", () => {
  const QUOTA = { cpus: 0.5, memory: null };
  const HELD = { cpus: null, memory: { limit: 100 * 2 ** 20, used: 90 * 2 ** 20 } };
  const many = (connections: number) => ({ ...SERVER, connections });
  const cases: Array<[name: string, Demand, Partial<Host>, string, string]> = [
    [
      "cores",
      SERVER,
      { cgroup: QUOTA },
      "tight",
      "CPUQuota=100%  # in the systemd unit; a container: --cpus 1",
    ],
    ["cores", SERVER, { cgroup: { ...QUOTA, cpus: 0.1 } }, "unfit", "CPUQuota=100%"],
    ["cores", { ...CLIENT, processes: 8 }, {}, "tight", "a machine with 8 cores"],
    ["memory", SERVER, { cgroup: HELD }, "unfit", "MemoryMax=179M"],
    ["memory", SERVER, { memory: { total: 2e9, available: 8e7 } }, "tight", "a machine with more memory"],
    [
      "open files of a process",
      many(20_000),
      {},
      "unfit",
      "ulimit -n 24077  # as root; a service: LimitNOFILE=24077",
    ],
    ["open files of a process", many(19_000), {}, "tight", "ulimit -n 22877"],
    ["open files of a process", many(2e6), {}, "unfit", "sysctl -w fs.nr_open=2400077 && ulimit -n 2400077"],
    ["open files of all", many(1e6), {}, "unfit", "sysctl -w fs.file-max=2001128"],
    [
      "local ports to an address",
      { ...CLIENT, connections: 60_000 },
      {},
      "unfit",
      "sysctl -w net.ipv4.ip_local_port_range='1024 65535'",
    ],
    [
      "local ports to an address",
      { ...CLIENT, connections: 200_000 },
      {},
      "unfit",
      "at least 4 addresses of the server",
    ],
    [
      "local ports to an address",
      { ...CLIENT, connections: 28_000 },
      {},
      "tight",
      "net.ipv4.ip_local_port_range",
    ],
    ["tracked connections", many(300_000), {}, "unfit", "sysctl -w net.netfilter.nf_conntrack_max=600010"],
    [
      "tracked connections",
      many(300_000),
      { conntrack: { used: 0, max: 262_144 } },
      "tight",
      "nf_conntrack_max",
    ],
    ["TCP memory", many(400_000), {}, "unfit", "sysctl -w net.ipv4.tcp_mem='480100 800100 1200100'"],
    [
      "queue of connections to accept",
      SERVER,
      { somaxconn: 128 },
      "tight",
      "sysctl -w net.core.somaxconn=1024",
    ],
    [
      "queue of half-open connections",
      SERVER,
      { synBacklog: 128, synCookies: false },
      "tight",
      "sysctl -w net.ipv4.tcp_max_syn_backlog=2000",
    ],
    ["clock source", SERVER, { clocksource: "hpet" }, "tight", "echo tsc > /sys/"],
  ];
  test.each(cases)("%s", (name, demand, host, verdict, fix) => {
    const check = find(checksOf(demand, host), name);
    expect(check.verdict as string).toBe(verdict);
    expect(check.fix).toContain(fix);
  });

  test("a line that helps makes it fit, and lowers no limit", () => {
    const files = { openFiles: { soft: 20_000, hard: 20_000 } };
    const tight = find(checksOf(many(18_000), files), "open files of a process");
    expect(tight.verdict).toBe("tight");
    const limit = Number(/ulimit -n (\d+)/.exec(tight.fix!)![1]);
    expect(limit).toBeGreaterThan(20_000);
    const raised = { openFiles: { soft: limit, hard: limit } };
    expect(find(checksOf(many(18_000), raised), "open files of a process").verdict).toBe("fit");
  });

  test("clients may take more processes and addresses", () => {
    const clients = { ...CLIENT, connections: 60_000 };
    const fix = (host: Partial<Host>, name: string) => find(checksOf(clients, host), name).fix;
    expect(fix({}, "open files of a process")).toEndWith("; or loadtest --processes 4");
    expect(find(checksOf({ ...clients, processes: 4 }), "open files of a process").verdict).toBe("fit");
    expect(fix({ ports: { from: 1024, to: 65_535 } }, "local ports to an address")).toBe(
      "at least 2 addresses of the server: loadtest --targets 127.0.0.1,127.0.0.2,…",
    );
    expect(find(checksOf(many(60_000)), "open files of a process").fix).not.toContain("--processes");
  });

  test("cores: as many as there are event loops is fit", () => {
    expect(find(checksOf({ ...CLIENT, processes: 4 }), "cores").verdict).toBe("fit");
  });

  test.each<[name: string, host: Partial<Host>, found: string]>([
    ["TCP memory", { tcpMemory: { used: 5000, pressure: 3000, max: 4000 } }, "0 B"],
    ["open files of all", { systemFiles: { used: 5000, max: 4000 } }, "0"],
    ["tracked connections", { conntrack: { used: 5000, max: 4000 } }, "0"],
  ])("%s: where more is in use than a limit allows, nothing is left", (name, host, found) => {
    expect(find(checksOf(SERVER, host), name)).toMatchObject({ found, verdict: "unfit" });
  });

  test("a slow core, a clock that nobody sets", () => {
    const checks = checksOf(SERVER, {}, { speed: 0.3, isClockSynchronised: false });
    expect(find(checks, "speed of a core")).toMatchObject({ found: "0.30", verdict: "tight" });
    expect(find(checks, "clock")).toMatchObject({
      verdict: "tight",
      fix: expect.stringContaining("timedatectl set-ntp true"),
    });
  });

  test("with SYN cookies a short queue refuses nobody", () => {
    const check = find(checksOf(SERVER, { synBacklog: 128 }), "queue of half-open connections");
    expect(check).toMatchObject({ found: "128, SYN cookies", verdict: "fit", fix: null });
  });

  test("a server needs no local ports; clients listen on nothing", () => {
    const names = (demand: Demand) => checksOf(demand).map(({ name }) => name);
    expect(names(SERVER)).not.toContain("local ports to an address");
    expect(names(CLIENT)).not.toContain("queue of connections to accept");
  });

  test("clients are spread over processes and addresses", () => {
    const checks = checksOf({ ...CLIENT, connections: 80_000, processes: 5, targets: 4 }, { cores: 5 });
    expect(find(checks, "open files of a process")).toMatchObject({ needed: "16,064", verdict: "fit" });
    expect(find(checks, "local ports to an address")).toMatchObject({ needed: "20,000", verdict: "fit" });
  });
});
