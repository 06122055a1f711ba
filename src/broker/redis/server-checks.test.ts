import { expect, test } from "bun:test";
import type { Check } from "../../lib/host/check.ts";
import { redisChecks } from "./server-checks.ts";
import { parseRedisInfo, type RedisInfo } from "./server-info.ts";

const INFO: RedisInfo = {
  version: "7.0.15",
  maxMemory: 0,
  usedMemory: 1_000_000,
  evictionPolicy: "noeviction",
  clients: 3,
  maxClients: 10_000,
};

const worst = (change: Partial<RedisInfo>): Check | undefined =>
  redisChecks({ ...INFO, ...change }).find(({ verdict }) => verdict !== "fit");

test("what INFO says", () => {
  const text =
    "# Server\r\nredis_version:7.0.15\r\nos:Linux: x\r\n\r\n# Clients\r\nconnected_clients:3\r\nmaxclients:10000\r\n" +
    "# Memory\r\nused_memory:1000000\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n";
  expect(parseRedisInfo(text)).toEqual(INFO);
  expect(new Set(Object.values(parseRedisInfo("")))).toEqual(new Set([null]));
});

test("a common Redis is fit; one that tells nothing of itself is not refused", () => {
  expect(worst({})).toBeUndefined();
  const silent = redisChecks(parseRedisInfo(""));
  expect(new Set(silent.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
});

test.each([
  ["an old one", { version: "6.2.1" }, "tight", "Redis 7.0 or newer"],
  ["a very old one", { version: "5.0.7" }, "unfit", "Redis 7.0 or newer"],
  [
    "one that forgets",
    { maxMemory: 1e9, evictionPolicy: "allkeys-lru" },
    "tight",
    "maxmemory-policy noeviction",
  ],
  ["one that is full", { maxMemory: 2_000_000 }, "unfit", "config set maxmemory 135217728"],
  ["one with many clients", { clients: 9_990 }, "unfit", "config set maxclients 10054"],
] as const)("%s", (_name, change, verdict, fix) => {
  expect(worst(change)?.verdict).toBe(verdict);
  expect(worst(change)?.fix).toContain(fix);
});

test("without a limit it may forget as it likes: it never does", () => {
  expect(worst({ evictionPolicy: "allkeys-lru" })).toBeUndefined();
});

test("one that does not answer is unfit, and its reason is told", () => {
  const [check] = redisChecks({ problem: "connect ECONNREFUSED 127.0.0.1:1" });
  expect(check).toMatchObject({ verdict: "unfit", fix: expect.stringContaining("ECONNREFUSED") });
});
