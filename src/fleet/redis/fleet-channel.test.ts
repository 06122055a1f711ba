import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { $ } from "bun";
import { parseClusterAddress, parseRedisAddress, type RedisAddress } from "../../broker/redis/address.ts";
import { startCluster } from "../../broker/redis/test-cluster.ts";
import { hasRedis, startRedis } from "../../broker/redis/test-redis.ts";
import { silentLogger } from "../../lib/log.ts";
import { until } from "../../lib/test-until.ts";
import type { FleetChannel } from "./fleet-channel.ts";
import { openFleetChannel } from "./open.ts";

interface Place {
  address: RedisAddress;
  ports: readonly number[];
  stop(): Promise<unknown>;
}

const places: Array<[string, () => Promise<Place>]> = [
  [
    "one Redis",
    async () => {
      const redis = await startRedis();
      return { address: parseRedisAddress(redis.url)!, ports: [redis.port], stop: redis.stop };
    },
  ],
  [
    "a Redis Cluster",
    async () => {
      const cluster = await startCluster();
      return { address: parseClusterAddress(cluster.nodes)!, ports: cluster.ports, stop: cluster.stop };
    },
  ],
];

describe.skipIf(!hasRedis).each(places)("a fleet's channel over %s (needs redis-server)", (_, start) => {
  let place: Place;
  beforeAll(async () => {
    place = await start();
  }, 30_000);
  afterAll(() => place.stop());

  const open = (id: string): Promise<FleetChannel> =>
    openFleetChannel(place.address, "test", id, silentLogger);

  /** Says something until it is heard: what is said before a subscription is there is lost. */
  const untilHeard = (speaker: FleetChannel, topic: string, heard: () => boolean) =>
    until(() => {
      speaker.say(topic, { text: "hi" });
      return heard();
    }, "what is said to be heard");

  test("carries what is said on a topic to whoever listens, also after a cut", async () => {
    const [a, b] = [await open("a"), await open("b")];
    const heard: string[] = [];
    b.listen(
      "topic",
      ({ text }) => (typeof text === "string" ? text : null),
      (text) => heard.push(text),
    );
    await untilHeard(a, "topic", () => heard.length > 0);
    for (const port of place.ports) await $`redis-cli -p ${port} client kill type pubsub`.quiet();
    await until(() => b.problem !== null, "the loss to be noticed");
    await until(() => b.problem === null, "the connection to be back", 10_000);
    heard.length = 0;
    await untilHeard(a, "topic", () => heard.length > 0);
    for (const channel of [a, b]) channel.close();
  }, 30_000);

  test("gives a lease to one holder at a time", async () => {
    const [a, b] = [await open("a"), await open("b")];
    expect(await a.hold("decider", "a", 60_000)).toBe(true);
    expect(await b.hold("decider", "b", 60_000)).toBe(false);
    expect(await a.hold("decider", "a", 60_000)).toBe(true);
    await b.release("decider", "b");
    expect(await b.isHeld("decider")).toBe(true);
    await a.release("decider", "a");
    expect(await b.isHeld("decider")).toBe(false);
    expect(await b.hold("decider", "b", 20)).toBe(true);
    await until(() => a.hold("decider", "a", 60_000), "the lease to end");
    for (const channel of [a, b]) channel.close();
  });
});

test("a Redis that cannot be reached is named without its credentials", async () => {
  const address = parseRedisAddress("redis://:secret@127.0.0.1:9")!;
  const opened = openFleetChannel(address, "test", "a", silentLogger);
  await expect(opened).rejects.toThrow("Cannot use Redis at 127.0.0.1:9");
  await opened.catch((error) => expect(error.message).not.toContain("secret"));
});
