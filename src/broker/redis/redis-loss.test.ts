import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import type { Redis } from "ioredis";
import { systemClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import { until } from "../../lib/test-until.ts";
import { CONTRACT_HISTORY } from "../broker.contract.ts";
import { parseRedisAddress } from "./address.ts";
import { linksTo } from "./connect.ts";
import { RedisBroker } from "./redis-broker.ts";
import { listen, openBroker, publishUntilStored, says } from "./test-broker.ts";
import { hasRedis } from "./test-redis.ts";
import { freePort, launchRedis } from "./test-redis-process.ts";

/** A Redis that after `crash()` has only what it had at `snapshot()`. */
async function startForgetfulRedis() {
  const redis = await launchRedis(freePort(), []);
  return {
    address: parseRedisAddress(`redis://127.0.0.1:${redis.port}`),
    snapshot: () => $`redis-cli -p ${redis.port} save`.quiet(),
    async crash() {
      await redis.kill();
      await redis.start();
    },
    remove: () => redis.remove(),
  };
}

/** The same connection, which takes its time when it was lost. */
function reconnectingAfter(ms: number, connection: Redis): Redis {
  connection.options.retryStrategy = () => ms;
  return connection;
}

describe.skipIf(!hasRedis)("a Redis that comes back without its newest messages (needs redis-server)", () => {
  test("begins a new epoch as soon as a server that heard them comes to it", async () => {
    const redis = await startForgetfulRedis();
    const broker = await openBroker(redis.address, "loss");
    const heard = await listen(broker);
    for (let number = 1; number <= 5; number++) await broker.publish("r", says(number));
    await redis.snapshot();
    for (let number = 6; number <= 10; number++) await broker.publish("r", says(number));
    await until(() => heard.messages.length === 10, "ten messages");
    await redis.crash();
    await until(() => heard.gaps.length === 1, "the gap", 10_000);
    const { epoch } = await broker.publish("r", says(11));
    expect(epoch).not.toBe(heard.position.epoch);
    expect(heard.gaps).toEqual([
      { from: { epoch: heard.position.epoch, offset: 10 }, to: { epoch, offset: 0 } },
    ]);
    await until(() => heard.messages.length === 11, "the message after it");
    expect(heard.messages.at(-1)).toMatchObject({ offset: 1, text: "11" });
    // Its sender did not hear of the loss yet and sends it again: the new log does not have it.
    expect(await broker.publish("r", says(7))).toEqual({ epoch, offset: 2, duplicate: false });
    await broker.close();
    await redis.remove();
  }, 30_000);

  test("does so, too, when others have used the lost offsets again before that server came back", async () => {
    const redis = await startForgetfulRedis();
    const links = linksTo(redis.address!);
    const slow = { ...links, subscriber: () => reconnectingAfter(1500, links.subscriber(0)) };
    reconnectingAfter(1500, links.commands as Redis);
    const limits = { prefix: "reuse", history: CONTRACT_HISTORY, historyTtl: null };
    const knowing = new RedisBroker(slow, limits, systemClock, Math.random, silentLogger);
    await knowing.connect();
    const heard = await listen(knowing);
    for (let number = 1; number <= 5; number++) await knowing.publish("r", says(number));
    await redis.snapshot();
    for (let number = 6; number <= 10; number++) await knowing.publish("r", says(number));
    await until(() => heard.messages.length === 10, "ten messages");
    await redis.crash();

    const other = await openBroker(redis.address, "reuse");
    const heardByOther = await listen(other);
    for (let number = 21; number <= 28; number++) await other.publish("r", says(number));
    expect(await other.history("r", null, 0)).toMatchObject({ epoch: heard.position.epoch, head: 13 });
    await until(() => heard.gaps.length === 1, "the gap", 10_000);
    expect(heard.gaps[0]!.from).toEqual({ epoch: heard.position.epoch, offset: 10 });
    await knowing.publish("r", says(11));
    await until(() => heardByOther.messages.at(-1)?.text === "11", "the message after it");
    expect(heardByOther.gaps.map(({ from }) => from)).toEqual([{ epoch: heard.position.epoch, offset: 13 }]);
    expect(heard.messages.at(-1)).toEqual(heardByOther.messages.at(-1)!);
    await Promise.all([knowing.close(), other.close()]);
    await redis.remove();
  }, 30_000);

  test("a restart without a loss goes on in the same epoch", async () => {
    const redis = await startForgetfulRedis();
    const [a, b] = [await openBroker(redis.address, "kept"), await openBroker(redis.address, "kept")];
    const [atA, atB] = [await listen(a), await listen(b)];
    for (let number = 1; number <= 5; number++) await a.publish("r", says(number));
    await until(() => atA.messages.length === 5 && atB.messages.length === 5, "five messages");
    await redis.snapshot();
    await redis.crash();
    await Promise.all([6, 7, 8].map((number) => publishUntilStored(a, "r", number)));
    await Promise.all([16, 17, 18].map((number) => publishUntilStored(b, "r", number)));
    await until(() => atA.messages.length === 11 && atB.messages.length === 11, "everything at both", 10_000);
    expect(atA.gaps).toEqual([]);
    expect(atB.gaps).toEqual([]);
    expect(atA.messages).toEqual(atB.messages);
    await Promise.all([a.close(), b.close()]);
    await redis.remove();
  }, 30_000);
});
