import { formatBytes, formatCount } from "../../lib/format.ts";
import { type Check, checkAmount } from "../../lib/host/check.ts";
import type { RedisInfo } from "./server-info.ts";

/** The oldest one that the tests run against, and the oldest that speaks RESP3. */
const TESTED_MAJOR = 7;
const OLDEST_MAJOR = 6;
/** Connections of a server to its Redis: commands, channels, the fleet's; for a few servers. */
const CONNECTIONS = 32;
/** Room in a limited Redis for logs that still grow. */
const ROOM_BYTES = 64 * 2 ** 20;

/** Whether a Redis is one to keep the rooms' logs in. */
export function redisChecks(info: RedisInfo | { problem: string }): Check[] {
  if ("problem" in info) {
    const fix = `start it, or correct --redis: ${info.problem}`;
    return [{ name: "Redis", found: "no answer", needed: "one that answers", verdict: "unfit", fix }];
  }
  return [version(info), eviction(info), ...memory(info), clients(info)];
}

function version({ version }: RedisInfo): Check {
  const major = Number(version?.split(".")[0] ?? Number.NaN);
  const verdict =
    major >= TESTED_MAJOR ? "fit" : major >= OLDEST_MAJOR ? "tight" : major >= 0 ? "unfit" : "unknown";
  const isOld = verdict === "tight" || verdict === "unfit";
  return {
    name: "Redis",
    found: version ?? "not known",
    needed: `${TESTED_MAJOR}.0 or newer`,
    verdict,
    fix: isOld ? `Redis ${TESTED_MAJOR}.0 or newer` : null,
  };
}

/** A log that is evicted is messages lost, and every client of the room told of a gap. */
function eviction({ maxMemory, evictionPolicy }: RedisInfo): Check {
  const isKnown = maxMemory !== null && evictionPolicy !== null;
  const evicts = isKnown && maxMemory > 0 && evictionPolicy !== "noeviction";
  return {
    name: "Redis, when it is full",
    found: evictionPolicy ?? "not known",
    needed: "noeviction, or no maxmemory",
    verdict: !isKnown ? "unknown" : evicts ? "tight" : "fit",
    fix: evicts ? "redis-cli config set maxmemory-policy noeviction" : null,
  };
}

function memory({ maxMemory, usedMemory }: RedisInfo): Check[] {
  if (maxMemory === null || maxMemory === 0 || usedMemory === null) return [];
  return [
    checkAmount({
      name: "Redis, memory that is free",
      found: Math.max(0, maxMemory - usedMemory),
      needed: ROOM_BYTES,
      show: formatBytes,
      fix: `redis-cli config set maxmemory ${usedMemory + 2 * ROOM_BYTES}`,
    }),
  ];
}

function clients({ clients, maxClients }: RedisInfo): Check {
  return checkAmount({
    name: "Redis, connections",
    found: clients === null || maxClients === null ? null : maxClients - clients,
    needed: CONNECTIONS,
    show: formatCount,
    fix: `redis-cli config set maxclients ${(clients ?? 0) + 2 * CONNECTIONS}`,
  });
}
