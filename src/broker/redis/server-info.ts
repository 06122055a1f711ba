import type { RedisAddress } from "./address.ts";
import { linksTo } from "./connect.ts";
import { connected, end } from "./links.ts";
import { whyUnusable } from "./unreachable.ts";

/** What a Redis says of itself. `null`: it does not say. */
export interface RedisInfo {
  version: string | null;
  /** Bytes; 0: no limit. */
  maxMemory: number | null;
  usedMemory: number | null;
  /** What it drops when it is full: `noeviction`, `allkeys-lru`, … */
  evictionPolicy: string | null;
  clients: number | null;
  maxClients: number | null;
}

/** Asks a Redis, or the master that its Sentinels name. The answer is a sentence when it cannot be asked. */
export async function askRedis(address: RedisAddress): Promise<RedisInfo | { problem: string }> {
  const { commands } = linksTo(address);
  commands.on("error", () => {}); // Told by what waits for it.
  try {
    await connected(commands);
    return parseRedisInfo(await commands.info());
  } catch (error) {
    return { problem: await whyUnusable(address, error) };
  } finally {
    end(commands);
  }
}

/** Understands the answer of `INFO`. */
export function parseRedisInfo(text: string): RedisInfo {
  const fields = new Map(text.split(/\r?\n/).map((line) => line.split(/:(.*)/s) as [string, string]));
  const number = (name: string) => {
    const value = fields.get(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
  };
  return {
    version: fields.get("redis_version") ?? null,
    maxMemory: number("maxmemory"),
    usedMemory: number("used_memory"),
    evictionPolicy: fields.get("maxmemory_policy") ?? null,
    clients: number("connected_clients"),
    maxClients: number("maxclients"),
  };
}
