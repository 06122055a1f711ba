#!/usr/bin/env bun
/**
 * The same load on one server and on fleets of two and four behind a balancer, everything on this machine. `gentle` is
 * far from anyone's limit and shows what a delivery costs; `flood` is more than fits and shows how much does. Several
 * load generators, because one process is saturated before the servers are. Prints a Markdown table.
 *
 *     scripts/build && scripts/bun scripts/bench-fleet.ts [--seconds 10] [--generators 2] [--only small]
 *
 * `came`: deliveries a second over the time until the last one, which in a flood comes long after the plan's end.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { BalancerView } from "../src/e2e/balancer-view.ts";
import { PROGRAM, startBalancer, startServer } from "../src/e2e/harness.ts";
import { cpuSeconds } from "./fleets/cpu.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    generators: { type: "string", default: "2" },
    only: { type: "string", default: "" },
  },
});
const seconds = Number(values.seconds);

interface Load {
  name: string;
  rooms: number;
  size: number;
  /** Between two messages of a client, ms. */
  interval: number;
  /** Options of the balancer for this load. */
  balance: string[];
  /** The members of a room are counted by one generator. */
  generators: number;
  /** Servers; 0: one, without a balancer. */
  on: number[];
}

// Nothing is moved and nothing is spawned: the same places from the first second to the last.
const STILL = ["--spawn-at", "10000000", "--shed-lag", "1h"];
/** So that the room is on all servers from the start: each is "full" at a part of its members. */
const SPLIT = ["--connections-at", "50"];
const many = { rooms: 200, size: 10, balance: STILL, generators: Number(values.generators) };
const one = { rooms: 1, size: 500, balance: STILL, generators: 1 };
const split = { ...one, balance: [...STILL, ...SPLIT] };
const LOADS: Load[] = [
  { name: "small rooms, gentle", ...many, interval: 1000, on: [0, 2, 4] },
  { name: "small rooms, flood", ...many, interval: 100, on: [0, 2, 4] },
  { name: "one big room, gentle", ...one, interval: 5000, on: [0, 2] },
  { name: "one big room, on all servers, gentle", ...split, interval: 5000, on: [2, 4] },
  { name: "one big room, on all servers, flood", ...split, interval: 400, on: [0, 2, 4] },
];

/** Where clients go, and whose processor time it costs. */
interface Target {
  url: string;
  servers: number[];
  balancer: number | null;
  stop(): Promise<unknown>;
}

console.log(
  `${availableParallelism()} cores, ${cpus()[0]?.model}, load average ${loadavg()[0]!.toFixed(1)} before; ` +
    `everything on this machine, ${seconds} s each\n`,
);
console.log(
  "| load | servers | deliveries/s offered | came | p50 ms | p99 ms | servers CPU s | balancer CPU s | µs a delivery |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const load of LOADS.filter(({ name }) => name.includes(values.only))) {
  for (const count of load.on) console.log(await measure(load, count));
}

async function measure(load: Load, count: number): Promise<string> {
  const target = await (count === 0 ? alone() : fleetOf(count, load));
  try {
    const cpu = () => ({
      servers: target.servers.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
      balancer: target.balancer === null ? 0 : cpuSeconds(target.balancer),
    });
    const before = cpu();
    const runs = await Promise.all(
      Array.from({ length: load.generators }, (_, n) => generate(load, target, n)),
    );
    const after = cpu();
    const servers = after.servers - before.servers;
    const balancer = after.balancer - before.balancer;
    const received = runs.reduce((sum, run) => sum + run.received, 0);
    // Percentiles of two runs cannot be added up: the worse one is told.
    const worst = (percent: string) =>
      Math.max(...runs.map((run) => run.latency.from_scheduled.percentiles[percent]!)).toFixed(1);
    const offered = (load.rooms * load.size * load.size * 1000) / load.interval;
    const cells = [
      load.name,
      count === 0 ? "1, no balancer" : `${count}`,
      offered.toLocaleString("en"),
      Math.round(runs.reduce((sum, run) => sum + (1000 * run.received) / run.span_ms, 0)).toLocaleString(
        "en",
      ),
      ...[worst("50"), worst("99"), servers.toFixed(1), balancer.toFixed(1)],
      ((1e6 * (servers + balancer)) / received).toFixed(1),
    ];
    return `| ${cells.join(" | ")} |`;
  } finally {
    await target.stop();
  }
}

async function alone(): Promise<Target> {
  const server = await startServer();
  return {
    ...{ url: `ws://127.0.0.1:${server.port}`, servers: [server.pid], balancer: null },
    stop: () => server.kill(),
  };
}

async function fleetOf(count: number, load: Load): Promise<Target> {
  const fleet = new BalancerView(
    await startBalancer(["--min", `${count}`, "--max", `${count}`, ...load.balance]),
  );
  await fleet.ready(count);
  return {
    ...{ url: fleet.url, servers: [...fleet.processes.values()], balancer: fleet.balancer.pid },
    stop: () => fleet.balancer.kill(),
  };
}

interface Run {
  received: number;
  /** From the first event to the last. */
  span_ms: number;
  latency: { from_scheduled: { percentiles: Record<string, number> } };
}

async function generate(
  { rooms, size, interval, generators }: Load,
  { url }: Target,
  n: number,
): Promise<Run> {
  const load = ["--rooms", `${rooms / generators}`, "--room-size", `${size}`, "--interval", `${interval}ms`];
  const time = ["--duration", `${seconds}s`, "--ramp", "2s", "--settle", "60s", "--seed", `${n + 1}`];
  const generator = Bun.spawn(
    [PROGRAM, "loadtest", "--url", url, ...load, ...time, "--size", "100", "--out", "/dev/null", "--json"],
    { stdout: "pipe", stderr: "ignore" },
  );
  const { runs } = JSON.parse(await generator.stdout.text()) as { runs: Run[] };
  return runs[0]!;
}
