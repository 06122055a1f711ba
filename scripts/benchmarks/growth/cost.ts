import { startRedis, type TestRedis } from "../../../src/broker/redis/test-redis.ts";
import type { RunningContestant } from "../contestants/contestant.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { redisPid } from "../loads/redis-work.ts";
import { loadRooms, type RoomOutcome } from "../loads/room-load.ts";
import type { Effort } from "../row.ts";
import type { Setup } from "./axis.ts";
import { CpuLog, type CpuTime } from "./cpu-log.ts";

const SERVER = scaleChat("native");
/** Far from what a server can take. */
const CONNECTS_PER_MS = 3;
/**
 * Comes before each load test: a server that has heard a few hundred messages still compiles, and that would be most of
 * what a message costs. An odd number of rooms, so that there is something to do on every server.
 */
const WARM_UP = { rooms: 11, roomSize: 12, rate: 1500, size: 100, ramp: 500, warmup: 0, duration: 3000 };
/** For a server to come to rest. */
const REST_MS = 2000;
const IDLE_MS = 5000;
/** Of processor time, seconds: the kernel's part is told in steps of 10 ms. */
const ENOUGH_TO_SHARE = 0.5;

/** What one message costs. Processor time in microseconds. */
export interface Cost {
  /** Of all servers, and of their Redis. */
  all: number;
  /** Of the busiest server. */
  server: number;
  /** How much of that of all servers is in the kernel, 0 to 1; `null` where it is too little to say. */
  kernelShare: number | null;
  /** `null` without one. */
  redis: number | null;
  deliveries: number;
  /** Frames that the servers wrote. */
  writes: number;
  /** Of the load test: from when a message was due to its delivery, milliseconds. */
  p99: number | null;
  /** What others used of the cores meanwhile, in % of one core. */
  others: number;
}

/** Processor time of a server that nobody uses any more, seconds a second. */
export async function measureIdle(): Promise<number> {
  const server = await SERVER.start();
  try {
    await loadRooms(SERVER, [server], WARM_UP);
    await Bun.sleep(REST_MS);
    const log = new CpuLog([server.pid]);
    const from = performance.timeOrigin + performance.now();
    await Bun.sleep(IDLE_MS);
    log.end();
    return log.between(from, from + IDLE_MS)[0]!.total / (IDLE_MS / 1000);
  } finally {
    await server.stop();
  }
}

/** Runs a load test of these servers, started for it. `idle` of `measureIdle` is not counted. */
export async function measureCost(setup: Setup, times: Effort["times"], idle: number): Promise<Cost> {
  const redis = setup.overRedis ? await startRedis() : null;
  const servers: RunningContestant[] = [];
  try {
    const env = redis === null ? {} : { SCALE_CHAT_REDIS: redis.url };
    while (servers.length < setup.servers) servers.push(await SERVER.start({ env }));
    return await costOf(servers, redis, setup, times, idle);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await redis?.stop();
  }
}

async function costOf(
  servers: readonly RunningContestant[],
  redis: TestRedis | null,
  setup: Setup,
  times: Effort["times"],
  idle: number,
): Promise<Cost> {
  await loadRooms(SERVER, servers, WARM_UP);
  const pids = servers.map(({ pid }) => pid);
  const log = new CpuLog(redis === null ? pids : [...pids, redisPid(redis.port)]);
  let outcome: RoomOutcome;
  try {
    // Everyone is to be in when sending begins.
    const ramp = Math.max(times.ramp, Math.ceil((setup.rooms * setup.roomSize) / CONNECTS_PER_MS));
    outcome = await loadRooms(SERVER, servers, { ...setup, ...times, ramp });
  } finally {
    log.end();
  }
  const { sent, received, expected, startedAt, frames } = outcome;
  if (received !== expected) throw new Error(`${expected - received} of ${expected} deliveries were lost`);
  const from = startedAt + times.warmup;
  const used = log.between(from, from + times.duration);
  const seconds = times.duration / 1000;
  const ofServers = used.slice(0, servers.length);
  const beyondIdle = ofServers.map(({ total }) => total - idle * seconds);
  const ofRedis = used[servers.length]?.total ?? null;
  const each = (total: number) => (1e6 * total) / sent;
  return {
    all: each(beyondIdle.reduce((sum, total) => sum + total, ofRedis ?? 0)),
    ...{ server: each(Math.max(...beyondIdle)), kernelShare: kernelShareOf(ofServers) },
    redis: ofRedis === null ? null : each(ofRedis),
    deliveries: received / sent,
    // The warm-up is in it.
    writes: frames! / (setup.rate * (seconds + times.warmup / 1000)),
    ...{ p99: outcome.p99, others: outcome.othersPercent },
  };
}

function kernelShareOf(times: readonly CpuTime[]): number | null {
  const sum = (of: (time: CpuTime) => number) => times.reduce((all, time) => all + of(time), 0);
  const total = sum((time) => time.total);
  return total < ENOUGH_TO_SHARE ? null : sum(({ kernel }) => kernel) / total;
}
