import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { hasRedis, startRedis, type TestRedis } from "../broker/redis/test-redis.ts";
import { openBunSocket } from "../client/bun-socket.ts";
import { Connection } from "../client/connection.ts";
import { join, joinPlain, range } from "../server/test-client.ts";
import { type RunningServer, startServer, until } from "./harness.ts";
import {
  type Address,
  type FrontProxy,
  HAPROXY_CONFIG,
  type Haproxy,
  haproxy,
  judge,
  NGINX_CONFIG,
  nginx,
  startHaproxy,
  startNginx,
} from "./proxies.ts";
import { statsOf } from "./server-stats.ts";

const needed = { haproxy, nginx, "redis-server": hasRedis || null };
for (const [name, path] of Object.entries(needed)) {
  if (path === null && process.env.CI === "true") throw new Error(`${name} is not installed`);
}

const ROOMS = 60;
const rooms = range(1, ROOMS).map((number) => `room ${number}`);

type Member = Awaited<ReturnType<typeof join>>;

/** Two members in each room, who came one after the other with different queries. */
async function fill(proxy: FrontProxy, names: readonly string[] = rooms): Promise<Map<string, Member[]>> {
  const members = new Map<string, Member[]>();
  for (const room of names) members.set(room, [await enter(proxy, room), await enter(proxy, room)]);
  return members;
}

/** What a test started for itself; ended also when it fails. */
const started: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.stop()));
});

function mine<T extends { stop(): Promise<unknown> }>(running: T): T {
  started.push(running);
  return running;
}

let entered = 0;

/** Someone who nobody saw before: name and session are different each time. */
function enter({ port }: FrontProxy, room: string): Promise<Member> {
  const name = `guest ${++entered}`;
  return join({ url: `ws://127.0.0.1:${port}` }, room, { name, session: `session-of-number-${entered}` });
}

/** Which server each room is on. Fails when the members of one are on several. */
function places(members: ReadonlyMap<string, readonly Member[]>): Map<string, string> {
  const found = new Map<string, string>();
  const split: string[] = [];
  for (const [room, present] of members) {
    const ids = new Set(present.map(({ welcome }) => welcome.server_id as string));
    if (ids.size > 1) split.push(`${room}: ${[...ids]}`);
    found.set(room, present[0]!.welcome.server_id);
  }
  expect(split).toEqual([]);
  return found;
}

async function leave(members: ReadonlyMap<string, readonly Member[]>): Promise<void> {
  const open = [...members.values()].flat().filter(({ closed }) => closed === null);
  await Promise.all(open.map((member) => member.close()));
}

async function idOf(server: RunningServer): Promise<string> {
  return (await statsOf(server)).server_id;
}

/** New rooms tell when the proxy has seen that a server is there. */
async function untilGivenRooms(proxy: FrontProxy, server: RunningServer): Promise<void> {
  const id = await idOf(server);
  let tries = 0;
  const isSeen = async () => {
    const visitor = await enter(proxy, `visited ${++tries}`);
    await visitor.close();
    return visitor.welcome.server_id === id;
  };
  await until(isSeen, "the proxy to give the server new rooms");
}

function startServers(): Promise<RunningServer[]> {
  return Promise.all([1, 2, 3].map(() => startServer()));
}

/** What holds behind each of the proxies: three servers, each alone, so that a room that is split would be seen. */
function keepsRoomsTogether(start: (servers: readonly Address[]) => Promise<FrontProxy>): void {
  let servers: RunningServer[];
  let proxy: FrontProxy;

  beforeEach(async () => {
    servers = await startServers();
    proxy = await start(servers);
  });
  afterEach(async () => {
    await proxy.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  test("each room meets on one server, whatever the query says", async () => {
    const members = await fill(proxy);
    const shares = new Set(places(members).values());
    expect(shares.size).toBe(3);
    for (const [room, [first, second]] of members) {
      first!.say(1, `to ${room}`);
      expect((await second!.first("message")).text).toBe(`to ${room}`);
    }
    await leave(members);
  });

  test("a room is one however its name is encoded, and the plain dialect meets it; the global chat is one", async () => {
    const url = `ws://127.0.0.1:${proxy.port}`;
    for (const number of range(1, 8)) {
      const listener = await join({ url }, `Zoë ${number}`);
      for (const [i, encoded] of [`Zo%c3%ab%20${number}`, `%5Ao%C3%AB%20%3${number}`].entries()) {
        const speaker = await joinPlain({ url }, `/ws/${encoded}?name=x${i}`);
        speaker.send({ text: `as ${encoded}` });
        await listener.frame(({ text }) => text === `as ${encoded}`, "the message");
        await speaker.close();
      }
      await listener.close();
    }
    const [ann, bob] = [await joinPlain({ url }, "/ws?a=1"), await joinPlain({ url }, "/ws?b=2")];
    ann.send({ text: "everybody" });
    await bob.frame(({ text }) => text === "everybody", "the message to everybody");
    await Promise.all([ann.close(), bob.close()]);
  });

  test("a server that is killed: its rooms meet on the others, no other room moves", async () => {
    const members = await fill(proxy);
    const before = places(members);
    const [dead, ...others] = await Promise.all(servers.map(idOf));
    await servers[0]!.kill();
    const isDead = (room: string) => before.get(room) === dead;
    const moved = rooms.filter(isDead);
    for (const member of moved.flatMap((room) => members.get(room)!)) await member.ended();
    for (const room of moved) members.delete(room);

    const again = await fill(proxy);
    const after = places(again);
    expect(moved.length).toBeGreaterThan(0);
    for (const room of moved) expect(others).toContain(after.get(room)!);
    for (const room of rooms)
      if (!isDead(room)) expect([room, after.get(room)]).toEqual([room, before.get(room)]);
    // Whoever was elsewhere noticed nothing.
    for (const member of [...members.values()].flat()) expect(member.closed).toBeNull();
    await Promise.all([leave(members), leave(again)]);
  }, 30_000);

  test("the chat page comes through, and what the server says of a bad room", async () => {
    const at = `http://127.0.0.1:${proxy.port}`;
    expect(await (await fetch(`${at}/`)).text()).toContain("<title>");
    expect((await fetch(`${at}/app.js`)).headers.get("content-type")).toContain("javascript");
    expect((await fetch(`${at}/ws/r`)).status).toBe(426);
    expect((await fetch(`${at}/ws/%ff`)).status).toBe(400);
    expect((await fetch(`${at}/healthz`)).status).toBe(200);
  });

  test("a server learns who is there, from the proxy and not from the client", async () => {
    const echo = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => Response.json(Object.fromEntries(request.headers)),
    });
    const address = { port: echo.port!, adminPort: echo.port! };
    const front = mine(await start([address, address, address]));
    const lies = { "x-forwarded-for": "9.9.9.9", "x-forwarded-host": "liar", "x-forwarded-proto": "https" };
    const heard = await (await fetch(`http://127.0.0.1:${front.port}/ws/r`, { headers: lies })).json();
    // The port belongs to it: browsers send it in Origin, too.
    const host = `127.0.0.1:${front.port}`;
    expect(heard).toMatchObject({
      host,
      "x-forwarded-host": host,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
    });
    await echo.stop(true);
  });
}

describe.skipIf(haproxy === null)("behind HAProxy (needs haproxy)", () => {
  test("its file is right as it stands, without a warning", async () => {
    const { exitCode, said } = await judge([haproxy!, "-c", "-f", HAPROXY_CONFIG]);
    expect([exitCode, said.trim()]).toEqual([0, "Configuration file is valid"]);
  });

  keepsRoomsTogether(startHaproxy);

  describe("and what only it can do", () => {
    let servers: RunningServer[];
    let proxy: Haproxy;

    beforeAll(async () => {
      servers = await startServers();
      proxy = await startHaproxy(servers);
    });
    afterAll(async () => {
      await proxy.stop();
      await Promise.all(servers.map((server) => server.stop()));
    });

    test("no server gets many more connections than the others", async () => {
      const members = await fill(proxy);
      const counts = new Map<string, number>();
      for (const id of places(members).values()) counts.set(id, (counts.get(id) ?? 0) + 2);
      // 1.25 times the average; the second of two clients follows the first in any case, and slots are rounded up.
      expect(Math.max(...counts.values())).toBeLessThanOrEqual((1.25 * 2 * ROOMS) / 3 + 2);
      await leave(members);
    });

    test("a room stays where it is when its own server comes back, and over a reload of the proxy", async () => {
      const [{ port, adminPort }] = servers as [RunningServer];
      await leave(await fill(proxy));
      await servers[0]!.kill();
      const members = await fill(proxy);
      servers[0] = await startServer(["--port", `${port}`, "--admin-port", `${adminPort}`]);
      await untilGivenRooms(proxy, servers[0]);
      for (const room of rooms) members.get(room)!.push(await enter(proxy, room));
      places(members);
      await proxy.reload();
      for (const room of rooms) members.get(room)!.push(await enter(proxy, room));
      places(members);
      for (const member of [...members.values()].flat()) expect(member.closed).toBeNull();
      await leave(members);
    }, 30_000);
  });

  test("without the bound, everyone of a room may come at once, and several proxies agree", async () => {
    const servers = (await startServers()).map(mine);
    const noBound = { CHAT_BALANCE_FACTOR: "0" };
    const first = mine(await startHaproxy(servers, noBound));
    const members = new Map<string, Member[]>();
    await Promise.all(
      rooms.map(async (room) => {
        members.set(room, await Promise.all([1, 2, 3].map(() => enter(first, room))));
      }),
    );
    const before = places(members);
    const dead = await idOf(servers[0]!);
    await servers[0]!.kill();
    // This one knows of no room, nor that there was another server.
    const second = mine(await startHaproxy(servers, noBound));
    const again = await fill(second);
    for (const [room, id] of places(again)) {
      if (before.get(room) !== dead) expect([room, id]).toEqual([room, before.get(room)!]);
    }
    await Promise.all([leave(members), leave(again)]);
  });

  test("is red for a monitor when no server is left", async () => {
    const servers = (await startServers()).map(mine);
    const proxy = mine(await startHaproxy(servers));
    const health = async () => (await fetch(`http://127.0.0.1:${proxy.port}/healthz`)).status;
    expect(await health()).toBe(200);
    await Promise.all(servers.map((server) => server.kill()));
    await until(async () => (await health()) === 503, "it to turn red");
  });
});

describe.skipIf(nginx === null)("behind nginx (needs nginx)", () => {
  test("its file is right as it stands, without a warning", async () => {
    // The process id is kept elsewhere: the place that nginx was built with is root's.
    const globals = `pid /tmp/scale-chat-nginx-${process.pid}.pid;`;
    const { exitCode, said } = await judge([
      ...[nginx!, "-t", "-q", "-e", "stderr"],
      ...["-c", NGINX_CONFIG, "-g", globals],
    ]);
    expect([exitCode, said]).toEqual([0, ""]);
  });

  keepsRoomsTogether(startNginx);

  test("a server that is taken out of the file: no other room moves", async () => {
    const servers = (await startServers()).map(mine);
    const [gone, ...others] = servers as [RunningServer, ...RunningServer[]];
    const withAll = mine(await startNginx(servers));
    const members = await fill(withAll);
    const withoutOne = mine(await startNginx([null, ...others]));
    const again = await fill(withoutOne);
    const before = places(members);
    const goneId = await idOf(gone);
    for (const [room, id] of places(again)) {
      if (before.get(room) !== goneId) expect([room, id]).toEqual([room, before.get(room)!]);
    }
    await Promise.all([leave(members), leave(again)]);
  });
});

describe.skipIf(haproxy === null || !hasRedis)("over one Redis (needs haproxy and redis-server)", () => {
  let redis: TestRedis;
  let proxy: FrontProxy;
  let servers: RunningServer[];

  beforeEach(async () => {
    redis = await startRedis();
    const env = { SCALE_CHAT_REDIS: redis.url };
    servers = await Promise.all([1, 2, 3].map(() => startServer(["--drain-timeout", "3s"], { env })));
    proxy = await startHaproxy(servers);
  });
  afterEach(async () => {
    await proxy.stop();
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  });

  const endings: Record<string, (server: RunningServer) => Promise<unknown>> = {
    killed: (server) => server.kill(),
    stopped: (server) => server.stop(),
    "stopped, and sends its clients through the proxy to the others": (server) => server.stop(),
  };
  for (const [how, end] of Object.entries(endings)) {
    test(`a server that is ${how}: everyone goes on at another, and misses nothing`, async () => {
      if (how.includes("through the proxy"))
        await restartFirst(["--drain-to", `ws://127.0.0.1:${proxy.port}`]);
      const victim = servers[0]!;
      const id = await idOf(victim);
      const talkers = range(1, 24).map((number) => new Talker(proxy.port, `room ${number % 12}`, number));
      await until(() => talkers.every(({ connection }) => connection.isOnline), "all to be in");
      expect(talkers.some(({ serverId }) => serverId === id)).toBe(true);
      let rounds = 0;
      const talk = setInterval(() => {
        rounds++;
        for (const { connection } of talkers) connection.send(`round ${rounds}`);
      }, 20);
      await until(() => rounds > 10, "some talk");
      await end(victim);
      const isBack = ({ serverId, connection }: Talker) => serverId !== id && connection.isOnline;
      await until(() => talkers.every(isBack), "all to be at the others");
      clearInterval(talk);
      // Two in each room.
      await until(() => talkers.every(({ texts }) => texts.length >= 2 * rounds), "the rest");
      for (const { texts, gaps } of talkers) {
        expect([texts.length, new Set(texts).size, gaps]).toEqual([2 * rounds, 2 * rounds, 0]);
      }
      await Promise.all(talkers.map(({ connection }) => connection.close()));
    }, 40_000);
  }

  /** The same server with other options; returns when the proxy gives it clients. */
  async function restartFirst(args: string[]): Promise<void> {
    const { port, adminPort } = servers[0]!;
    await servers[0]!.stop();
    const ports = ["--port", `${port}`, "--admin-port", `${adminPort}`];
    servers[0] = await startServer([...ports, "--drain-timeout", "3s", ...args], {
      env: { SCALE_CHAT_REDIS: redis.url },
    });
    await untilGivenRooms(proxy, servers[0]);
  }
});

/** A client that comes back by itself. */
class Talker {
  readonly texts: string[] = [];
  serverId = "";
  losses = 0;
  gaps = 0;
  readonly connection: Connection;

  constructor(port: number, room: string, number: number) {
    this.connection = new Connection(
      {
        ...{ url: `ws://127.0.0.1:${port}`, room, history: 0, presence: "none" },
        ...{ name: `talker ${number}`, session: `session-of-talker-${number}` },
        ...{ openSocket: openBunSocket, random: Math.random },
      },
      {
        onOnline: ({ server_id: id }) => {
          this.serverId = id;
        },
        onOffline: () => this.losses++,
        onEnd() {},
        onMessage: ({ sender, text }) => this.texts.push(`${sender}: ${text}`),
        onAck() {},
        onGap: () => this.gaps++,
        onPresence() {},
        onError() {},
      },
    );
    this.connection.connect();
  }
}
