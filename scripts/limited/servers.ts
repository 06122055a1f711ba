import { startRedis } from "../../src/broker/redis/test-redis.ts";
import { startServer } from "../../src/e2e/harness.ts";
import { redisPid } from "../benchmarks/loads/redis-work.ts";
import type { ControlGroup } from "./control-group.ts";

export interface Servers {
  urls: string[];
  stop(): Promise<unknown>;
}

/** One server with its messages in memory. */
export async function startAlone(group: ControlGroup): Promise<Servers> {
  const server = await startInside(group, {});
  return { urls: [server.url], stop: server.stop };
}

/** Two servers that are one chat over a real Redis, all three in the group. */
export async function startPair(group: ControlGroup): Promise<Servers> {
  const redis = await startRedis();
  try {
    group.add(redisPid(redis.port));
    const env = { SCALE_CHAT_REDIS: redis.url };
    const pair = [await startInside(group, env), await startInside(group, env)];
    return {
      urls: pair.map(({ url }) => url),
      async stop() {
        await Promise.all(pair.map(({ stop }) => stop()));
        await redis.stop();
      },
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

async function startInside(group: ControlGroup, env: Record<string, string>) {
  const server = await startServer([], { env, inside: (command) => group.inside(command) });
  return { url: `ws://127.0.0.1:${server.port}`, stop: () => server.stop() };
}
