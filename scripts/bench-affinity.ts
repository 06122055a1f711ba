#!/usr/bin/env bun
/**
 * What it is worth that rooms stay together: the same clients in many small rooms on four servers, once placed by the
 * balancer, once at random; over the balancer's own log (relay), and over a Redis. Prints a Markdown table.
 *
 *     scripts/build && scripts/bun scripts/bench-affinity.ts [--rooms 300] [--room-size 8] [--rounds 10]
 *       [--per-second 600] [--balance="--connections-at 700"] [--no-redis]
 *
 * `copies`: servers to which a message is brought, in the mean. It is computed: a message is brought once to each server
 * on which its room has members. The balancer's own count of rooms on its servers has to agree with it.
 */
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { hasRedis, startRedis, type TestRedis } from "../src/broker/redis/test-redis.ts";
import { Crowd } from "../src/e2e/affinity.ts";
import { BalancerView } from "../src/e2e/balancer-view.ts";
import { startBalancer, until } from "../src/e2e/harness.ts";
import { seededRandom } from "../src/lib/random.ts";
import { cpuSeconds } from "./fleets/cpu.ts";

const { values } = parseArgs({
  options: {
    rooms: { type: "string", default: "300" },
    "room-size": { type: "string", default: "8" },
    rounds: { type: "string", default: "10" },
    "per-second": { type: "string", default: "600" },
    servers: { type: "string", default: "4" },
    balance: { type: "string", default: "" },
    "no-redis": { type: "boolean", default: false },
  },
});
const [rooms, size, rounds] = [values.rooms, values["room-size"], values.rounds].map(Number) as [
  number,
  number,
  number,
];
/** Everyone says something once a second. */
const PAUSE_MS = 1000;

console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; everything on this machine`);
console.log(
  `${rooms} rooms x ${size} clients on ${values.servers} servers, in random order, ${values["per-second"]}/s; ` +
    `${values.rounds} messages of 100 B each ${values.balance}\n`,
);
console.log(
  "| log | placed | rooms on one server | copies | ratio | balancer CPU s | Redis out MB | Redis CPU s | servers CPU s |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
await compare("relay", null);
if (hasRedis && !values["no-redis"]) {
  const redis = await startRedis();
  try {
    await compare("Redis", redis);
  } finally {
    await redis.stop();
  }
}

interface Placed {
  together: number;
  copies: number;
  balancerCpu: number;
  serversCpu: number;
  redis: { bytes: number; cpu: number } | null;
}

async function compare(name: string, redis: TestRedis | null): Promise<void> {
  const rows = [
    { placed: "by the balancer", ...(await measure("affinity", redis)) },
    { placed: "at random", ...(await measure("random", redis)) },
  ];
  for (const row of rows) {
    const cells = [
      ...[name, row.placed, `${(row.together * 100).toFixed(1)} %`, row.copies.toFixed(2)],
      `${(row.copies / rows[0]!.copies).toFixed(2)}`,
      row.balancerCpu.toFixed(1),
      ...(row.redis === null ? ["–", "–"] : [(row.redis.bytes / 1e6).toFixed(1), row.redis.cpu.toFixed(1)]),
      row.serversCpu.toFixed(1),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

async function measure(how: "affinity" | "random", redis: TestRedis | null): Promise<Placed> {
  // The same clients come again, with the same ids: what is left of them there would make theirs repeats.
  await redis?.empty();
  const env = redis === null ? {} : { SCALE_CHAT_REDIS: redis.url };
  const count = ["--min", values.servers, "--max", values.servers];
  const more = values.balance === "" ? [] : values.balance.split(" ");
  const fleet = new BalancerView(await startBalancer([...count, ...more], { env }));
  try {
    const servers = await fleet.ready(Number(values.servers));
    const random = seededRandom(1);
    const anyServer = () => servers[Math.floor(random() * servers.length)]!.url;
    const urlFor = how === "affinity" ? () => fleet.url : anyServer;
    const crowd = await Crowd.gather(rooms, size, seededRandom(2), urlFor, Number(values["per-second"]));
    const pids = [...fleet.processes.values()];
    const cpuOfServers = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const before = {
      balancer: cpuSeconds(fleet.balancer.pid),
      servers: cpuOfServers(),
      redis: redis && redisFigures(redis),
    };
    const { messages, brought } = await crowd.talk(rounds, PAUSE_MS);
    const now = redis && redisFigures(redis);
    const placed = {
      together: crowd.together,
      copies: brought / messages,
      balancerCpu: cpuSeconds(fleet.balancer.pid) - before.balancer,
      serversCpu: cpuOfServers() - before.servers,
      redis: now && { bytes: now.bytes - before.redis!.bytes, cpu: now.cpu - before.redis!.cpu },
    };
    const subscriptions = [...crowd.places.values()].reduce((sum, { size }) => sum + size, 0);
    const countedByServers = async () => (await fleet.stats()).servers.reduce((sum, s) => sum + s.rooms, 0);
    await until(
      async () => (await countedByServers()) === subscriptions,
      "the servers to count as many rooms",
    );
    if (crowd.losses > 0) console.error(`${crowd.losses} connections were lost`);
    await crowd.leave();
    return placed;
  } finally {
    await fleet.balancer.kill();
  }
}

/** What Redis has sent so far, and its processor time. */
function redisFigures({ port }: TestRedis): { bytes: number; cpu: number } {
  const info = Bun.spawnSync(["redis-cli", "-p", `${port}`, "info", "everything"]).stdout.toString();
  const figure = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return {
    bytes: figure("total_net_output_bytes"),
    cpu: figure("used_cpu_user") + figure("used_cpu_sys"),
  };
}
