import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import { until } from "../../lib/test-until.ts";
import { parseRedisAddress } from "./address.ts";
import { listen, openBroker, publishUntilStored, says } from "./test-broker.ts";
import { hasRedis, startRedis, type TestRedis } from "./test-redis.ts";

const open = (redis: TestRedis, database = "") =>
  openBroker(parseRedisAddress(`${redis.url}${database}`), "test");

describe.skipIf(!hasRedis)("a Redis that says no (needs redis-server)", () => {
  test.each([
    ["is full", "config set maxmemory 1", "config set maxmemory 0", "OOM"],
    ["has become a replica", "replicaof 127.0.0.1 1", "replicaof no one", "READONLY"],
  ])(
    "because it %s is a problem in its own words, until it takes messages again",
    async (_, break_, mend, word) => {
      const redis = await startRedis();
      const broker = await open(redis);
      const heard = await listen(broker);
      await $`redis-cli -p ${redis.port} ${break_.split(" ")}`.quiet();
      await until(() => broker.problem?.includes(word), "the problem");
      await expect(broker.publish("r", says(1))).rejects.toThrow();
      await $`redis-cli -p ${redis.port} ${mend.split(" ")}`.quiet();
      await until(() => broker.problem === null, "the problem to be over");
      await publishUntilStored(broker, "r", 1);
      await until(() => heard.messages.length === 1, "the message");
      await broker.close();
      await redis.stop();
    },
  );

  test("at the start says why", async () => {
    const redis = await startRedis();
    await expect(open(redis, "/99")).rejects.toThrow("DB index is out of range");
    await $`redis-cli -p ${redis.port} config set requirepass secret`.quiet();
    await expect(open(redis)).rejects.toThrow("NOAUTH");
    const wrong = openBroker(parseRedisAddress(`redis://:wrong@127.0.0.1:${redis.port}`), "test");
    await expect(wrong).rejects.toThrow("WRONGPASS");
    await redis.stop();
    await expect(open(redis)).rejects.toThrow("ECONNREFUSED");
  });

  test("that is emptied while nobody speaks is noticed all the same", async () => {
    const redis = await startRedis();
    const broker = await open(redis);
    const heard = await listen(broker);
    await broker.publish("r", says(1));
    await until(() => heard.messages.length === 1, "the message");
    await redis.empty();
    await until(() => heard.gaps.length === 1, "the gap", 70_000);
    expect(heard.gaps[0]!.from).toEqual({ epoch: heard.position.epoch, offset: 1 });
    await broker.close();
    await redis.stop();
  }, 80_000);

  test("rooms in which nothing was said do not stay for ever, the others do", async () => {
    const redis = await startRedis();
    const broker = await open(redis);
    for (const room of ["joined", "spoken"]) await listen(broker, room);
    await broker.publish("spoken", says(1));
    const left = async (room: string) => {
      const [key] = (await $`redis-cli -p ${redis.port} keys ${`test:meta:*:${room}`}`.text())
        .trim()
        .split("\n");
      return Number(await $`redis-cli -p ${redis.port} ttl ${key!}`.text());
    };
    expect(await left("joined")).toBeGreaterThan(3000);
    expect(await left("spoken")).toBe(-1);
    await broker.close();
    await redis.stop();
  });
});
