import { afterEach, describe, expect, test } from "bun:test";
import { until } from "../lib/test-until.ts";
import { serve } from "../server/test-client.ts";
import { openBunSocket } from "./bun-socket.ts";
import type { ConnectionOptions } from "./connection.ts";
import { FakeBalancer } from "./fake-balancer.ts";
import { FakeServer } from "./fake-server.ts";
import { isBalancerUrl, provision } from "./provision.ts";
import { openInRoom } from "./provisioned-socket.ts";
import { askForRefusal } from "./refusal.ts";
import type { SocketClose } from "./socket.ts";
import { Chatter } from "./test-chatter.ts";

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function fake<T extends { stop: () => Promise<unknown> }>(started: T): T {
  cleanUps.push(() => started.stop());
  return started;
}

function chatter(url: string, options: Partial<ConnectionOptions> = {}): Chatter {
  const started = new Chatter(url, options);
  cleanUps.push(() => started.connection.close());
  return started;
}

function closeOf(url: string, act: (socket: ReturnType<typeof openInRoom>) => void = () => {}) {
  return new Promise<SocketClose>((resolve) => {
    const addressAt = (server: string) => server;
    const socket = openInRoom(openBunSocket, { url, room: "r", addressAt, subprotocols: [], token: null });
    socket.onclose = resolve;
    act(socket);
  });
}

test("the address says what it is of", () => {
  expect(["http://h:1", "https://h", "HTTP://h"].map(isBalancerUrl)).toEqual([true, true, true]);
  expect(["ws://h:1", "wss://http:1"].map(isBalancerUrl)).toEqual([false, false]);
});

describe("through a balancer", () => {
  test("a client asks for its room's server, and is in the room there", async () => {
    const balancer = fake(new FakeBalancer());
    balancer.servers = [fake(serve()).url];
    const room = "a room/with what?#&";
    const [ann, bob] = [chatter(balancer.url, { room }), chatter(balancer.url, { room })];
    await bob.joined();
    ann.connection.send("hello");
    await bob.hears("hello");
    expect(balancer.asked).toEqual([room, room]);
    expect(bob.online[0]!.welcome.room).toBe(room);
  });

  test("it asks again for each connection, and resumes where it is sent", async () => {
    const balancer = fake(new FakeBalancer());
    const [first, second] = [fake(new FakeServer()), fake(new FakeServer())];
    balancer.servers = [first.url, second.url];
    const client = chatter(balancer.url);
    const before = await first.guest();
    before.welcome();
    before.bring(1, 2);
    await client.hears("2");
    before.socket.terminate();
    const after = await second.guest();
    expect(after.query.get("since")).toBe("one:2");
    expect(balancer.asked).toHaveLength(2);
  });

  test("after a redirect, too: the balancer knows better where to go when that server is lost", async () => {
    const balancer = fake(new FakeBalancer());
    const [first, second] = [fake(new FakeServer()), fake(new FakeServer())];
    balancer.servers = [first.url];
    const client = chatter(balancer.url);
    (await first.guest()).welcome();
    await client.joined();
    client.sendTo(second.url);
    const there = await second.guest();
    there.welcome({ recovered: true });
    await until(() => client.moved.length === 1, "the move");
    there.socket.terminate();
    await first.guest(2);
    expect(balancer.asked).toHaveLength(2);
  });

  test("while there is no server it waits as long as it is asked to, then asks again", async () => {
    const balancer = fake(new FakeBalancer());
    const client = chatter(balancer.url);
    await until(() => client.offline.length === 1, "the first answer");
    const refusedAt = performance.now();
    balancer.servers = [fake(serve()).url];
    await client.joined();
    expect(performance.now() - refusedAt).toBeGreaterThan(900);
    expect(client.offline).toEqual([`${balancer.host} has no server for this room: no server takes clients`]);
  });

  test("a client that leaves while it asks goes nowhere", async () => {
    const balancer = fake(new FakeBalancer());
    const answer = Promise.withResolvers<Response>();
    balancer.answer = () => answer.promise;
    const server = fake(new FakeServer());
    const client = chatter(balancer.url);
    await until(() => balancer.asked.length === 1, "the question");
    const before = performance.now();
    await client.connection.close();
    expect(performance.now() - before).toBeLessThan(1000);
    answer.resolve(Response.json({ id: "s", url: server.url }));
    await Bun.sleep(30);
    expect([server.guests.length, client.offline.length]).toEqual([0, 0]);
  });
});

describe("what a balancer cannot do is a loss of the connection, in words", () => {
  test("nobody is there", async () => {
    const gone = new FakeBalancer();
    await gone.stop();
    expect(await closeOf(gone.url)).toMatchObject({
      code: 1006,
      reason: `nothing listens on ${gone.host}`,
      retryAfterMs: 0,
    });
  });

  test("it names no server now, and says for how long", async () => {
    const balancer = fake(new FakeBalancer());
    expect(await closeOf(balancer.url)).toMatchObject({ code: 1013, retryAfterMs: 1000 });
    const headers = { "retry-after": "86400" };
    balancer.answer = () => Response.json({ error: "not today" }, { status: 503, headers });
    expect(await closeOf(balancer.url)).toMatchObject({ code: 1013, retryAfterMs: 30_000 });
  });

  test.each([
    ["another answer", () => Response.json({ hello: "world" }), "answers, but not as a balancer does"],
    ["no JSON", () => new Response("<html>"), "answers, but not as a balancer does"],
    [
      "no server's address",
      () => Response.json({ url: "file:///etc" }),
      "answers, but not as a balancer does",
    ],
    [
      "an error",
      () => Response.json({ error: "a room has 1 to 128 characters" }, { status: 400 }),
      "HTTP 400: a room",
    ],
  ])("%s", async (_what, answer, words) => {
    const balancer = fake(new FakeBalancer());
    balancer.answer = answer;
    expect((await closeOf(balancer.url)).reason).toContain(words);
  });

  test("closed before it had an answer, it is closed at once", async () => {
    const balancer = fake(new FakeBalancer());
    balancer.answer = () => new Promise(() => {});
    expect(await closeOf(balancer.url, (socket) => socket.close())).toMatchObject({ code: 1006, reason: "" });
    expect(await closeOf(balancer.url, (socket) => socket.terminate!())).toMatchObject({ code: 1006 });
  });
});

test("why a room cannot be joined names the one that refused", async () => {
  const balancer = fake(new FakeBalancer());
  const to = {
    url: balancer.url,
    room: "r",
    addressAt: (server: string) => `${server}/nowhere`,
    token: null,
  };
  expect(await askForRefusal(to)).toEqual({
    status: null,
    problem: null,
    explanation: `${balancer.host} has no server for this room: no server takes clients`,
  });
  const { url, port } = fake(serve());
  balancer.servers = [url];
  const refusal = await askForRefusal(to);
  expect(refusal.status).toBe(404);
  expect(refusal.explanation).toBe(`127.0.0.1:${port} refused with HTTP 404: ${refusal.problem}`);
  expect(await provision(balancer.url, "r")).toBe(url);
});
