import { afterEach, describe, expect, test } from "bun:test";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { startTcpProxy } from "../e2e/tcp-proxy.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import { range, serve } from "../server/test-client.ts";
import type { ConnectionOptions } from "./connection.ts";
import { FakeServer } from "./fake-server.ts";
import { Chatter } from "./test-chatter.ts";

/** `MOVE_SEED=7 bun test …` repeats a run, as far as a network can be repeated. */
const SEED = Number(process.env.MOVE_SEED ?? Math.floor(Math.random() * 2 ** 32));

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function fakeServer(): FakeServer {
  const server = new FakeServer();
  cleanUps.push(() => server.stop());
  return server;
}

function chatter(url: string, options: Partial<ConnectionOptions> = {}): Chatter {
  const started = new Chatter(url, options);
  cleanUps.push(() => started.connection.close());
  return started;
}

/** Two servers; the client is in its room at the first one, which has said the messages 1 to 3. */
async function atTheFirst() {
  const [first, second] = [fakeServer(), fakeServer()];
  const client = chatter(first.url);
  const before = await first.guest();
  before.welcome();
  before.bring(1, 3);
  await client.hears("3");
  return { first, second, client, before };
}

function redirectTo({ url }: FakeServer, withinMs = 0) {
  return { type: "redistribute", reason: "a test", redirect: url, within_ms: withinMs } as const;
}

describe("sent to another server", () => {
  test("a client hears and speaks where it was until it is welcome there, then leaves", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    expect(after.query.get("since")).toBe("one:3");
    before.bring(4, 6);
    await client.hears("6");
    const id = client.connection.send("said meanwhile");
    await until(() => before.said.length === 1, "the words at the first server");
    expect([client.connection.isOnline, before.closed]).toEqual([true, null]);

    after.welcome({ offset: 5, replay: 2, recovered: true });
    after.bring(4, 7);
    await client.hears("7");
    expect(client.texts).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    await until(() => before.closed !== null, "the goodbye");
    expect(before.closed).toBe(1000);
    // Not acknowledged before it left: said again under the same id, for the log to recognise.
    await until(() => after.said.length === 1, "the words at the second server");
    expect(after.said[0]).toMatchObject({ message_id: Number(id), text: "said meanwhile" });
    expect(client.moved).toHaveLength(1);
    expect([client.offline, client.gaps, client.online.length]).toEqual([[], [], 1]);
  });

  test("what the first server still says after that is not heard", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    after.welcome({ offset: 3, recovered: true });
    after.say({ type: "presence", members: 7 });
    before.bring(4, 9);
    await until(() => client.presence.length === 1, "the second server");
    after.bring(4);
    await client.hears("4");
    expect(client.messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  });

  test("and nobody is there: the client stays, and is not away for a moment", async () => {
    const { first, second, client, before } = await atTheFirst();
    await second.stop();
    before.say(redirectTo(second));
    await until(() => client.sockets.length === 2 && client.sockets[1]!.onclose === null, "the failure");
    before.bring(4);
    await client.hears("4");
    expect([client.offline, client.gaps, client.moved]).toEqual([[], [], []]);
    // Nor is it gone to when this server is lost later on.
    before.socket.terminate();
    await first.guest(2);
  });

  test("and refused there: the client stays, and follows the next order", async () => {
    const { second, client, before } = await atTheFirst();
    const third = fakeServer();
    second.isFull = true;
    before.say(redirectTo(second));
    await until(() => client.sockets.length === 2 && client.sockets[1]!.onclose === null, "the refusal");
    before.say(redirectTo(third));
    (await third.guest()).welcome({ offset: 3, recovered: true });
    await until(() => client.moved.length === 1, "the move");
    expect(client.offline).toEqual([]);
  });

  test("a new order replaces the one before, also when that is being carried out", async () => {
    const { second, client, before } = await atTheFirst();
    const [third, fourth] = [fakeServer(), fakeServer()];
    before.say(redirectTo(second, 3_600_000), redirectTo(third));
    const there = await third.guest();
    before.say(redirectTo(fourth));
    (await fourth.guest()).welcome({ offset: 3, recovered: true });
    await until(() => client.moved.length === 1, "the move");
    await until(() => there.closed !== null, "the end of the move before");
    expect([second.guests.length, client.sockets.length, client.offline]).toEqual([0, 3, []]);
  });

  test("the same order again does not begin the move anew", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    before.say(redirectTo(second));
    before.bring(4);
    await client.hears("4");
    after.welcome({ offset: 3, recovered: true });
    await until(() => client.moved.length === 1, "the move");
    expect(second.guests).toHaveLength(1);
  });

  test("the first server is lost while the second is opened: that is the connection", async () => {
    const { first, second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    client.connection.send("waits");
    before.socket.terminate();
    await until(() => client.offline.length === 1, "the loss");
    expect(client.connection.isOnline).toBe(false);
    after.welcome({ offset: 4, replay: 1, recovered: true });
    after.bring(4);
    await client.hears("4");
    await until(() => after.said.length === 1, "what waited");
    expect(client.online.map(({ again }) => again)).toEqual([false, true]);
    expect([first.guests.length, second.guests.length, client.moved.length]).toEqual([1, 1, 0]);
  });

  test("the first server is lost before the client's moment: it goes where it was told", async () => {
    const { first, second, client, before } = await atTheFirst();
    before.say(redirectTo(second, 3_600_000));
    before.bring(4);
    await client.hears("4");
    before.socket.terminate();
    const after = await second.guest();
    expect(after.query.get("since")).toBe("one:4");
    expect(first.guests).toHaveLength(1);
  });

  test("a new name takes the order along", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second, 3_600_000));
    before.bring(4);
    await client.hears("4");
    client.connection.rename("new");
    const after = await second.guest();
    expect(after.query.get("name")).toBe("new");
    await until(() => before.closed !== null, "the goodbye");
  });

  test("that leaves in between ends both sockets", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    await client.connection.close();
    await until(() => before.closed !== null && after.closed !== null, "the end of both");
    expect(client.ended?.code).toBe(1000);
  });
});

describe("a log with a hole at the other server", () => {
  test("of which the first one brought a part: only the rest is missing", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    before.bring(4, 5);
    await client.hears("5");
    after.welcome({ offset: 9, replay: 2 });
    after.say({ type: "gap", from: 4, to: 7, reason: "trimmed" });
    after.bring(8, 9);
    await client.hears("9");
    expect(client.gaps).toEqual([{ type: "gap", from: 6, to: 7, reason: "trimmed" }]);
    expect(client.messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 8, 9]);
  });

  test("of which the first one brought everything: nothing is missing, nothing comes twice", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const after = await second.guest();
    before.bring(4, 9);
    await client.hears("9");
    after.welcome({ offset: 9, replay: 2 });
    after.say({ type: "gap", from: 4, to: 7, reason: "trimmed" });
    after.bring(8, 10);
    await client.hears("10");
    expect([client.gaps, client.texts.length]).toEqual([[], 10]);
  });

  test("a log started again meanwhile is told of once, and read from there", async () => {
    const { second, client, before } = await atTheFirst();
    before.say(redirectTo(second));
    const tooEarly = await second.guest();
    before.say({ type: "gap", from: 1, to: 2, reason: "epoch", epoch: "two" });
    const after = await second.guest(2);
    await until(() => tooEarly.closed !== null, "the end of the first try");
    expect(after.query.get("since")).toBe("two:2");
    before.bring(3);
    await client.hears("3");
    after.welcome({ epoch: "two", offset: 4, replay: 2, recovered: true });
    after.bring(3, 4);
    await client.hears("4");
    expect(client.gaps).toHaveLength(1);
    expect(client.messages.slice(3).map(({ offset }) => offset)).toEqual([3, 4]);
  });
});

describe("over servers of one log, and a network that breaks", () => {
  for (const round of range(0, 2)) {
    const seed = (SEED + round) >>> 0;
    test(`clients that move all the time hear everything once, in order (MOVE_SEED=${seed})`, async () => {
      const random = seededRandom(seed);
      const broker = new MemoryBroker({ history: 20_000 }, systemClock, seededRandom(seed));
      const servers = range(1, 3).map(() => serve({}, { broker }));
      const proxies = await Promise.all(servers.map(({ port }) => startTcpProxy(port, random)));
      for (const server of servers) cleanUps.push(() => server.stop());
      for (const proxy of proxies) cleanUps.push(() => proxy.close());
      const urls = proxies.map(({ port }) => `ws://127.0.0.1:${port}`);
      const clients = range(0, 3).map((number) => chatter(urls[number % 3]!));
      await Promise.all(clients.map((client) => client.joined()));
      for (const [index, proxy] of proxies.entries()) proxy.cutChance = index === 0 ? 0.01 : 0.001;
      const rounds = 300;
      for (const number of range(1, rounds)) {
        for (const [index, client] of clients.entries()) {
          client.connection.send(`${index} ${number}`);
          if (random() < 0.1) client.sendTo(urls[Math.floor(random() * 3)]!, random() * 10);
        }
        await Bun.sleep(random() * 4);
      }
      for (const proxy of proxies) proxy.cutChance = 0;
      await Promise.all(clients.map((client) => client.settled()));
      const total = rounds * clients.length;
      for (const client of clients) {
        await until(() => client.messages.length >= total, "the last message");
        expect(client.messages.map(({ offset }) => offset)).toEqual(range(1, total));
        expect(new Set(client.texts).size).toBe(total);
        expect(client.gaps).toEqual([]);
        expect(client.acks).toHaveLength(rounds);
        expect(client.moved.length).toBeGreaterThan(5);
      }
      expect(clients[1]!.texts).toEqual(clients[0]!.texts);
    }, 60_000);
  }
});
