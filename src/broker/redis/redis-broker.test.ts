import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Redis } from "ioredis";
import { type Clock, FakeClock, systemClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import { until } from "../../lib/test-until.ts";
import type { ChatMessage } from "../../protocol/message.ts";
import { brokerContract, CONTRACT_HISTORY, CONTRACT_HISTORY_TTL } from "../broker.contract.ts";
import type { LogGap } from "../broker.ts";
import { parseRedisAddress } from "./address.ts";
import { linksTo } from "./connect.ts";
import { RedisBroker } from "./redis-broker.ts";
import { hasRedis, startRedis, type TestRedis } from "./test-redis.ts";

if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is not installed");

const says = (messageId: number) => ({
  messageId,
  sender: "ann",
  text: String(messageId),
  sentAt: "2026-01-31T12:00:00Z",
  session: "session-0123456789",
});

interface Opened {
  broker: RedisBroker;
  subscriber: Redis;
}

async function open(
  redis: TestRedis,
  prefix: string,
  limits: { history: number; historyTtl: number | null } = { history: CONTRACT_HISTORY, historyTtl: null },
  clock: Clock = systemClock,
): Promise<Opened> {
  const links = linksTo(parseRedisAddress(redis.url)!);
  const subscriber = links.subscriber(0);
  const spied = { ...links, subscriber: () => subscriber };
  const broker = new RedisBroker(spied, { prefix, ...limits }, clock, Math.random, silentLogger);
  await broker.connect();
  return { broker, subscriber };
}

/** Listens to room "r" and keeps what it hears. */
async function listen(broker: RedisBroker) {
  const messages: ChatMessage[] = [];
  const gaps: LogGap[] = [];
  const { position } = await broker.subscribe(
    "r",
    (batch) => messages.push(...batch),
    (gap) => gaps.push(gap),
  );
  return { position, messages, gaps, offsets: () => messages.map(({ offset }) => offset) };
}

describe.skipIf(!hasRedis)("Redis (needs redis-server)", () => {
  let redis: TestRedis;
  let chats = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  brokerContract("the Redis broker", async () => {
    const clock = new FakeClock();
    const limits = { history: CONTRACT_HISTORY, historyTtl: CONTRACT_HISTORY_TTL };
    const { broker } = await open(redis, `chat-${++chats}`, limits, clock);
    return { broker, clock, hasOtherDedupeClock: true };
  });

  describe("two servers over one Redis", () => {
    test("are one chat: one order, one history, one memory of ids", async () => {
      const [a, b] = [(await open(redis, "pair")).broker, (await open(redis, "pair")).broker];
      const [atA, atB] = [await listen(a), await listen(b)];
      await Promise.all([
        ...Array.from({ length: 30 }, (_, i) => a.publish("r", says(i))),
        ...Array.from({ length: 30 }, (_, i) => b.publish("r", says(100 + i))),
      ]);
      expect(await b.publish("r", says(7))).toMatchObject({ duplicate: true });
      await until(() => atA.messages.length === 60 && atB.messages.length === 60, "everything at both");
      expect(atA.messages).toEqual(atB.messages);
      expect(atA.offsets()).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
      await Promise.all([a.close(), b.close()]);
    });

    test("with other prefixes do not know each other", async () => {
      const [a, b] = [(await open(redis, "left")).broker, (await open(redis, "right")).broker];
      await a.publish("r", says(1));
      expect((await b.history("r", null, 10)).head).toBe(0);
      await Promise.all([a.close(), b.close()]);
    });
  });

  test("what was published while the subscription was away is caught up, without a gap", async () => {
    const { broker } = await open(redis, "cut");
    const other = (await open(redis, "cut")).broker;
    const heard = await listen(broker);
    await other.publish("r", says(1));
    await until(() => heard.messages.length === 1, "the first");
    const killer = new Redis(redis.url);
    for (let i = 2; i <= 20; i++) {
      if (i % 5 === 0) await killer.call("CLIENT", "KILL", "TYPE", "pubsub");
      await other.publish("r", says(i));
    }
    await until(() => heard.messages.length === 20, "the rest");
    expect(heard.offsets()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(heard.gaps).toEqual([]);
    killer.disconnect();
    await Promise.all([broker.close(), other.close()]);
  });

  test("what expired before it could be caught up is a gap, and what did not is heard", async () => {
    const clock = new FakeClock();
    const limits = { history: 5000, historyTtl: 60_000 };
    const { broker, subscriber } = await open(redis, "expired", limits, clock);
    const heard = await listen(broker);
    await subscriber.unsubscribe();
    const publish = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from + 1 }, (_, i) => broker.publish("r", says(from + i))));
    await publish(1, 700);
    clock.advance(60_001);
    // More than one page before them, and more than one page of them.
    await publish(701, 1900);
    subscriber.disconnect(true);
    await until(() => heard.messages.length >= 1200, "what has not expired");
    expect(heard.offsets()).toEqual(Array.from({ length: 1200 }, (_, i) => 701 + i));
    const { epoch } = heard.position;
    expect(heard.gaps).toEqual([{ from: { epoch, offset: 0 }, to: { epoch, offset: 700 } }]);
    await broker.close();
  });

  test("a deaf subscription is found and healed", async () => {
    const { broker, subscriber } = await open(redis, "deaf");
    const heard = await listen(broker);
    // Connected, but nothing arrives any more, and nothing says so.
    await subscriber.unsubscribe();
    await broker.publish("r", says(1));
    await until(() => heard.messages.length === 1, "the message that was missed", 15_000);
    expect(heard.gaps).toEqual([]);
    expect(broker.problem).toBeNull();
    await broker.close();
  }, 20_000);
});

describe.skipIf(!hasRedis)("a Redis that fails (needs redis-server)", () => {
  test("emptied while nobody speaks: whoever comes first begins a new log, and everyone is told", async () => {
    const redis = await startRedis();
    const [broker, other] = [(await open(redis, "chat")).broker, (await open(redis, "chat")).broker];
    const heard = await listen(broker);
    await broker.publish("r", says(1));
    await until(() => heard.messages.length === 1, "the message");
    await redis.empty();
    const { epoch, complete } = await other.history("r", { epoch: heard.position.epoch, offset: 1 }, 10);
    expect(complete).toBe(false);
    await until(() => heard.gaps.length === 1, "the gap");
    expect(heard.gaps).toEqual([
      { from: { epoch: heard.position.epoch, offset: 1 }, to: { epoch, offset: 0 } },
    ]);
    await Promise.all([broker.close(), other.close()]);
    await redis.stop();
  });

  test("away: publishes are refused, not kept; back and empty: a new epoch, and everyone is told", async () => {
    const redis = await startRedis();
    const { broker } = await open(redis, "chat");
    const heard = await listen(broker);
    for (let i = 1; i <= 3; i++) await broker.publish("r", says(i));
    await until(() => heard.messages.length === 3, "three messages");
    expect(broker.problem).toBeNull();

    redis.signal("SIGKILL");
    await until(() => broker.problem !== null, "the loss to be noticed");
    expect(broker.publish("r", says(4))).rejects.toThrow();
    await redis.restart();
    await until(() => broker.problem === null, "the return");
    const { epoch } = await broker.publish("r", says(4));
    expect(epoch).not.toBe(heard.position.epoch);
    await until(() => heard.messages.length === 4, "the first message of the new log");
    expect(heard.gaps).toEqual([
      { from: { epoch: heard.position.epoch, offset: 3 }, to: { epoch, offset: 0 } },
    ]);
    expect(heard.offsets()).toEqual([1, 2, 3, 1]);
    await broker.close();
    await redis.stop();
  }, 30_000);

  test("hung: publishes are answered within a few seconds, and the log goes on afterwards", async () => {
    const redis = await startRedis();
    const { broker } = await open(redis, "chat");
    const heard = await listen(broker);
    await broker.publish("r", says(1));
    redis.signal("SIGSTOP");
    expect(
      await broker.publish("r", says(2)).then(
        () => "stored",
        () => "refused",
      ),
    ).toBe("refused");
    redis.signal("SIGCONT");
    await until(() => broker.problem === null, "the return");
    // It may have been stored all the same; under its id it is stored once.
    await until(
      () =>
        broker.publish("r", says(2)).then(
          () => true,
          () => false,
        ),
      "the second message",
    );
    await until(() => heard.messages.length === 2, "both");
    expect(heard.messages.map(({ text }) => text)).toEqual(["1", "2"]);
    await broker.close();
    await redis.stop();
  }, 30_000);
});
