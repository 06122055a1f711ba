import { afterEach, expect, test } from "bun:test";
import { parseRedisAddress } from "../broker/redis/address.ts";
import { openBroker, says } from "../broker/redis/test-broker.ts";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { emptyHeld, readHeld } from "./soak-held.ts";

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test.skipIf(!hasRedis)("what a log held is read as it is lost", async () => {
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  const broker = await openBroker(parseRedisAddress(redis.url), "p");
  cleanUps.push(() => broker.close());
  expect(await readHeld(redis.port)).toEqual([]);
  const { epoch } = await broker.publish("a room", says(1));
  await broker.publish("a room", { ...says(2), text: "2 xxxxxxxxxxxxxxxx" });
  const held = [1, 2].map((number) => ({ room: "a room", epoch, sender: "ann", number }));
  expect(await readHeld(redis.port)).toEqual(held);
  expect(await emptyHeld(redis.port)).toEqual(held);
  expect(await readHeld(redis.port)).toEqual([]);
  // The memory of what was published is lost as well: 3 is stored before 1, which its sender did not know was stored.
  const places = [await broker.publish("a room", says(3)), await broker.publish("a room", says(1))];
  expect(places.map(({ offset, duplicate }) => [offset, duplicate])).toEqual([
    [1, false],
    [2, false],
  ]);
});
