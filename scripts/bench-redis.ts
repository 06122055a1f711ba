#!/usr/bin/env bun
/**
 * What a Redis costs: the same load once on one server with its messages in memory, once on two servers over one
 * Redis (half the rooms each). Everything runs on this machine. Prints a Markdown table.
 *
 *     scripts/build && scripts/bun scripts/bench-redis.ts [--rooms 100] [--room-size 10] [--interval 200ms] [--seconds 10]
 */
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { startRedis, type TestRedis } from "../src/broker/redis/test-redis.ts";
import { PROGRAM, type RunningServer, startServer } from "../src/e2e/harness.ts";
import { redisWork } from "./benchmarks/loads/redis-work.ts";

const { values } = parseArgs({
  options: {
    rooms: { type: "string", default: "100" },
    "room-size": { type: "string", default: "10" },
    interval: { type: "string", default: "200ms" },
    seconds: { type: "string", default: "10" },
  },
});
const rooms = Number(values.rooms);

interface Run {
  sent: number;
  expected: number;
  received: number;
  latency: { from_sent: { percentiles: Record<string, number> } };
}

console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; everything on this machine`);
console.log(`${rooms} rooms x ${values["room-size"]} clients, a message each ${values.interval}, 100 B\n`);
console.log("| log | messages/s | deliveries/s | loss | p50 ms | p99 ms | script calls/s |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");

const alone = await startServer();
console.log(await measure("memory, one server", [alone], null));
await alone.stop();

const redis = await startRedis();
const env = { SCALE_CHAT_REDIS: redis.url };
const pair = [await startServer([], { env }), await startServer([], { env })];
console.log(await measure("Redis, two servers", pair, redis));
await Promise.all(pair.map((server) => server.stop()));
await redis.stop();

async function measure(name: string, servers: RunningServer[], over: TestRedis | null): Promise<string> {
  const before = over === null ? 0 : redisWork(over.port).scripts;
  const started = performance.now();
  const runs = await Promise.all(servers.map(({ port }) => load(port, Math.round(rooms / servers.length))));
  const seconds = (performance.now() - started) / 1000;
  const calls = over === null ? "–" : Math.round((redisWork(over.port).scripts - before) / seconds);
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  // Percentiles of two runs cannot be added up: the worse one is told.
  const worst = (percent: string) =>
    Math.max(...runs.map((run) => run.latency.from_sent.percentiles[percent]!));
  const [sent, expected, received] = [sum((r) => r.sent), sum((r) => r.expected), sum((r) => r.received)];
  const rate = (count: number) => Math.round(count / Number(values.seconds)).toLocaleString("en");
  const loss = `${(100 * (1 - received / expected)).toFixed(2)} %`;
  return `| ${[name, rate(sent), rate(received), loss, worst("50"), worst("99"), calls].join(" | ")} |`;
}

async function load(port: number, ownRooms: number): Promise<Run> {
  const size = ["--rooms", `${ownRooms}`, "--room-size", values["room-size"], "--interval", values.interval];
  const time = [
    "--size",
    "100",
    "--duration",
    `${values.seconds}s`,
    "--out",
    "/dev/null",
    "--json",
    "--quiet",
  ];
  const child = Bun.spawn([PROGRAM, "loadtest", "--url", `ws://127.0.0.1:${port}`, ...size, ...time], {
    stdout: "pipe",
    stderr: "ignore",
  });
  return (JSON.parse(await child.stdout.text()) as { runs: Run[] }).runs[0]!;
}
