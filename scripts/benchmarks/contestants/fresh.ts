import { startRedis, type TestRedis } from "../../../src/broker/redis/test-redis.ts";
import type { Contestant, RunningContestant, Setting } from "./contestant.ts";

/** Servers for one load test, so that none begins with what the one before has left behind. */
export async function withFresh<T>(
  contestant: Contestant,
  { servers: count = 1, ...setting }: Setting & { servers?: number },
  work: (servers: readonly RunningContestant[]) => Promise<T>,
): Promise<T> {
  const servers: RunningContestant[] = [];
  try {
    while (servers.length < count) servers.push(await contestant.start(setting));
    return await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The same for a Redis. */
export async function withFreshRedis<T>(work: (redis: TestRedis) => Promise<T>): Promise<T> {
  const redis = await startRedis();
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}
