import { systemClock } from "../../../src/lib/clock.ts";
import type { RunningContestant } from "../contestants/contestant.ts";
import { withFresh, withFreshRedis } from "../contestants/fresh.ts";
import { scaleChat } from "../contestants/scale-chat.ts";
import { redisPid } from "../loads/redis-work.ts";
import { loadRooms, type RoomOutcome, sendingSecondsOf } from "../loads/room-load.ts";
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
export function measureIdle(): Promise<number> {
  return withFresh(SERVER, {}, async (servers) => {
    await loadRooms(SERVER, servers, WARM_UP);
    await Bun.sleep(REST_MS);
    const from = systemClock.now();
    const log = new CpuLog(servers.map(({ pid }) => pid));
    await Bun.sleep(IDLE_MS);
    log.end();
    return (1000 * log.between(from, from + IDLE_MS)[0]!.total) / IDLE_MS;
  });
}

/** Runs a load test of servers of its own. `idle` of `measureIdle` is not counted. */
export async function measureCost(setup: Setup, times: Effort["times"], idle: number): Promise<Cost> {
  const measure = (env: Record<string, string>, others: number[]) =>
    withFresh(SERVER, { servers: setup.servers, env }, async (servers) => {
      const pids = [...servers.map(({ pid }) => pid), ...others];
      return costOf(await loadLogged(servers, pids, setup, times), setup, times, idle);
    });
  if (!setup.overRedis) return measure({}, []);
  return withFreshRedis(({ url, port }) => measure({ SCALE_CHAT_REDIS: url }, [redisPid(port)]));
}

interface Logged {
  outcome: RoomOutcome;
  /** Of each process while messages were sent that count. */
  used: readonly CpuTime[];
}

async function loadLogged(
  servers: readonly RunningContestant[],
  pids: readonly number[],
  setup: Setup,
  times: Effort["times"],
): Promise<Logged> {
  await loadRooms(SERVER, servers, WARM_UP);
  // Everyone is to be in when sending begins.
  const ramp = Math.max(times.ramp, Math.ceil((setup.rooms * setup.roomSize) / CONNECTS_PER_MS));
  const log = new CpuLog(pids);
  try {
    const outcome = await loadRooms(SERVER, servers, { ...setup, ...times, ramp });
    const from = outcome.startedAt + times.warmup;
    return { outcome, used: log.between(from, from + times.duration) };
  } finally {
    log.end();
  }
}

/** `used` is that of the servers, then that of their Redis. Throws where deliveries were lost or repeated. */
function costOf(
  { outcome, used }: Logged,
  { servers, rate }: Setup,
  times: Effort["times"],
  idle: number,
): Cost {
  const { sent, received, lost, repeated, frames } = outcome;
  if (lost !== 0 || repeated !== 0) throw new Error(`${lost} deliveries were lost, and ${repeated} repeated`);
  const each = ({ total }: CpuTime, idleMs = 0) => (1e6 * total - 1000 * idle * idleMs) / sent;
  const ofServers = used.slice(0, servers);
  const costs = ofServers.map((time) => each(time, times.duration));
  const redis = used[servers] === undefined ? null : each(used[servers]);
  return {
    all: costs.reduce((sum, cost) => sum + cost, redis ?? 0),
    ...{ server: Math.max(...costs), kernelShare: kernelShareOf(ofServers), redis },
    deliveries: received / sent,
    writes: frames! / (rate * sendingSecondsOf(times)),
    ...{ p99: outcome.p99, others: outcome.othersPercent },
  };
}

function kernelShareOf(times: readonly CpuTime[]): number | null {
  const sum = (of: (time: CpuTime) => number) => times.reduce((all, time) => all + of(time), 0);
  const total = sum((time) => time.total);
  return total < ENOUGH_TO_SHARE ? null : sum(({ kernel }) => kernel) / total;
}
