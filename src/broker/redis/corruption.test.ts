import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import { FakeClock, systemClock } from "../../lib/clock.ts";
import { createLogger } from "../../lib/log.ts";
import { until } from "../../lib/test-until.ts";
import { CONTRACT_HISTORY } from "../broker.contract.ts";
import { parseRedisAddress } from "./address.ts";
import { openRedisBroker } from "./connect.ts";
import { Corruption } from "./corruption.ts";
import { partitionOf } from "./keys.ts";
import { CorruptEntry } from "./payload.ts";
import { listen, says } from "./test-broker.ts";
import { hasRedis, startRedis } from "./test-redis.ts";

const lines: string[] = [];
const write = (line: string) => lines.push(line);
const log = createLogger({ format: "json", level: "info", clock: systemClock, write });
const warnings = () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "corrupt_entry");

test("a room that cannot be read is told once a minute, and counted each time", () => {
  lines.length = 0;
  const clock = new FakeClock();
  const corruption = new Corruption(clock, log);
  const fail = () => corruption.failed("tea", new CorruptEntry(7));
  for (let read = 1; read <= 100; read++) fail();
  expect(warnings()).toMatchObject([{ level: "warn", partition: partitionOf("tea"), offset: 7 }]);
  clock.advance(60_000);
  fail();
  expect([corruption.reads, warnings().length]).toEqual([101, 2]);
  corruption.failed("tea", new Error("Redis is away"));
  expect([corruption.reads, warnings().length]).toEqual([101, 2]);
});

describe.skipIf(!hasRedis)("over a Redis (needs redis-server)", () => {
  test("what somebody else has put into a log is told of, without its room and what it holds", async () => {
    lines.length = 0;
    const redis = await startRedis();
    const limits = { prefix: "test", history: CONTRACT_HISTORY, historyTtl: null };
    const parts = { clock: systemClock, random: Math.random, log };
    const broker = await openRedisBroker(parseRedisAddress(redis.url)!, limits, parts);
    const heard = await listen(broker, "team-secret");
    await broker.publish("team-secret", says(1));
    await until(() => heard.messages.length === 1, "the message");
    const key = `test:log:{${partitionOf("team-secret")}}:team-secret`;
    const meta = key.replace(":log:", ":meta:");
    await $`redis-cli -p ${redis.port} xadd ${key} 2-0 m ${"a-secret, and no JSON"}`.quiet();
    await $`redis-cli -p ${redis.port} hset ${meta} s 2`.quiet();
    await expect(broker.history("team-secret", heard.position, 10)).rejects.toThrow("no message of ours");
    expect(warnings()).toMatchObject([{ partition: partitionOf("team-secret"), offset: 2 }]);
    expect(broker.figures.corruptReads).toBe(1);
    expect(lines.join("\n")).not.toContain("secret");
    await broker.close();
    await redis.stop();
  });
});
