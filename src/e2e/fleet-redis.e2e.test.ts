import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster } from "../broker/redis/test-cluster.ts";
import { hasRedis, startRedis, type TestRedis } from "../broker/redis/test-redis.ts";
import { openBunSocket } from "../client/bun-socket.ts";
import { Connection, type RoomMessage } from "../client/connection.ts";
import type { FleetStatus } from "../fleet/status.ts";
import { type RunningServer, run, startBalancer, startServer, until } from "./harness.ts";

const TAKEOVER_MS = 10_000;

async function statusOf({ adminPort }: RunningServer): Promise<FleetStatus> {
  return (await (await fetch(`http://127.0.0.1:${adminPort}/stats`)).json()) as FleetStatus;
}

const readyIds = ({ servers }: FleetStatus) =>
  servers
    .filter(({ phase }) => phase === "ready")
    .map(({ id }) => id)
    .sort();

async function provision({ port }: RunningServer, room: string): Promise<{ id: string; url: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/servers/provision?room=${room}`);
  return (await response.json()) as { id: string; url: string };
}

test.skipIf(!hasRedis)(
  "a fleet over a Redis Cluster starts, and takes in others (needs redis-server)",
  async () => {
    const cluster = await startCluster();
    const at = ["--redis-cluster", cluster.nodes];
    const server = await startServer([...at, "--advertise", "ws://127.0.0.1:0"]);
    const balancer = await startBalancer([...at, "--min", "2", "--max", "2"]);
    await until(async () => readyIds(await statusOf(balancer)).length === 2, "both servers", TAKEOVER_MS);
    const kinds = (await statusOf(balancer)).servers.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["child", "remote"]);
    expect(await Promise.all([balancer, server].map((one) => one.stop()))).toEqual([0, 0]);
    await cluster.stop();
  },
  60_000,
);

describe.skipIf(!hasRedis)("a fleet over Redis (needs redis-server)", () => {
  let redis: TestRedis;
  let running: RunningServer[];

  beforeEach(async () => {
    redis = await startRedis();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((server) => server.kill()));
    await redis.stop();
  });

  const env = () => ({ SCALE_CHAT_REDIS: redis.url });
  const balance = async (...args: string[]) => {
    const balancer = await startBalancer(["--min", "2", "--max", "2", ...args], { env: env() });
    running.push(balancer);
    return balancer;
  };
  const serve = async () => {
    const server = await startServer(["--advertise", "ws://127.0.0.1:0"], { env: env() });
    running.push(server);
    return server;
  };

  /** Until both show the same ready servers, so many of them. */
  const untilAgreed = (balancers: RunningServer[], count: number) =>
    until(
      async () => {
        const [first, ...others] = (await Promise.all(balancers.map(statusOf))).map(readyIds);
        if (first!.length !== count) return false;
        return others.every((ids) => Bun.deepEquals(ids, first)) && first;
      },
      `${count} servers at each balancer`,
      TAKEOVER_MS,
    );

  test("two balancers know every server and send a room to the same one; one of them decides", async () => {
    await serve();
    const [a, b] = [await balance(), await balance()];
    await untilAgreed([a, b], 2);
    const deciding = async () =>
      (await Promise.all([a, b].map(statusOf))).filter(({ decides }) => decides).length;
    await until(async () => (await deciding()) === 1, "one to decide");
    const kinds = (await statusOf(a)).servers.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["child", "remote"]);
    const chosen = new Set<string>();
    for (let i = 0; i < 30; i++) {
      const [fromA, fromB] = [await provision(a, `room-${i}`), await provision(b, `room-${i}`)];
      expect(fromA).toEqual(fromB);
      chosen.add(fromA.id);
    }
    expect(chosen.size).toBe(2);
  }, 30_000);

  test("when the one that decides is killed, the other takes over and replaces what died with it", async () => {
    const first = await balance();
    await until(async () => readyIds(await statusOf(first)).length === 2, "two servers", TAKEOVER_MS);
    const second = await balance();
    await untilAgreed([first, second], 2);
    expect(await statusOf(second)).toMatchObject({ decides: false });
    await first.kill();
    await until(async () => (await statusOf(second)).decides, "the other to decide", TAKEOVER_MS);
    await until(async () => readyIds(await statusOf(second)).length === 2, "two servers again", TAKEOVER_MS);
    expect((await provision(second, "r")).url).toStartWith("ws://127.0.0.1:");
  }, 40_000);

  test("a server that is killed is gone within seconds, one that stops at once", async () => {
    const balancer = await balance("--min", "0");
    const [killed, stopped] = [await serve(), await serve()];
    await until(async () => readyIds(await statusOf(balancer)).length === 2, "both to join", TAKEOVER_MS);
    await killed.kill();
    await until(async () => readyIds(await statusOf(balancer)).length === 1, "it to be gone", TAKEOVER_MS);
    expect(await stopped.stop()).toBe(0);
    await until(
      async () => (await statusOf(balancer)).servers.length === 0,
      "the other to be gone",
      TAKEOVER_MS,
    );
    const { status, headers } = await fetch(`http://127.0.0.1:${balancer.port}/servers/provision?room=r`);
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("1");
  }, 30_000);

  test("a server of another host that is drained by hand sends its clients to a named one, without a loss", async () => {
    const token = `token-${"x".repeat(20)}`;
    const folder = mkdtempSync(join(tmpdir(), "scale-chat-token-"));
    const file = join(folder, "token");
    await Bun.write(file, `${token}\n`);
    const balancer = await balance("--min", "0", "--admin-token-file", file);
    await Promise.all([serve(), serve()]);
    await until(async () => readyIds(await statusOf(balancer)).length === 2, "both to join", TAKEOVER_MS);
    const seen: RoomMessage[] = [];
    let losses = 0;
    const connection = new Connection(
      {
        url: `http://127.0.0.1:${balancer.port}`,
        room: "r",
        name: "ann",
        session: "session-of-ann-0123456789",
        history: 0,
        presence: "none",
        openSocket: openBunSocket,
        random: Math.random,
      },
      {
        onOnline() {},
        onOffline: () => losses++,
        onEnd() {},
        onMessage: (message) => seen.push(message),
        onAck() {},
        onGap: () => losses++,
        onPresence() {},
        onError: () => losses++,
      },
    );
    connection.connect();
    await until(() => connection.isOnline, "the client to be in");
    const home = (await until(
      async () => (await statusOf(balancer)).servers.find(({ connections }) => connections === 1),
      "its server",
    ))!;
    let isOver = false;
    let sent = 0;
    const talking = (async () => {
      while (!isOver) {
        connection.send(`message ${++sent}`);
        await Bun.sleep(5);
      }
    })();
    const drained = await fetch(`http://127.0.0.1:${balancer.adminPort}/servers/${home.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(drained.status).toBe(202);
    await until(
      async () => (await statusOf(balancer)).servers.every(({ id }) => id !== home.id),
      "the server to end",
      20_000,
    );
    isOver = true;
    await talking;
    await until(() => seen.length === sent, "all messages");
    expect(seen.map(({ text }) => text)).toEqual(Array.from({ length: sent }, (_, i) => `message ${i + 1}`));
    expect(losses).toBe(0);
    await connection.close();
    rmSync(folder, { recursive: true });
  }, 40_000);

  test("a child that is to retire gets nobody from either balancer while its clients are there", async () => {
    const patient = ["--min", "1", "--retire-after", "3s", "--retire-age", "1s", "--connections-at", "1000"];
    const folder = mkdtempSync(join(tmpdir(), "scale-chat-token-"));
    const file = join(folder, "token");
    await Bun.write(file, `token-${"x".repeat(20)}\n`);
    const [a, b] = [await balance(...patient, "--admin-token-file", file), await balance(...patient)];
    await untilAgreed([a, b], 1);
    const headers = { authorization: `Bearer token-${"x".repeat(20)}` };
    const spawned = await fetch(`http://127.0.0.1:${a.adminPort}/servers`, { method: "POST", headers });
    expect(spawned.status).toBe(202);
    await untilAgreed([a, b], 2);
    // Whoever is there keeps a retired server from ending at once.
    const sockets = (await statusOf(a)).servers.map(({ url }) => new WebSocket(`${url}/ws/r`));
    const phases = async (balancer: RunningServer) =>
      (await statusOf(balancer)).servers.map(({ phase }) => phase).sort();
    await until(async () => Bun.deepEquals(await phases(a), ["ready", "retiring"]), "one to retire", 20_000);
    await until(
      async () => Bun.deepEquals(await phases(b), ["ready", "retiring"]),
      "the other to know of it",
    );
    const [stays] = readyIds(await statusOf(a));
    for (let i = 0; i < 20; i++) {
      for (const balancer of [a, b]) expect((await provision(balancer, `room-${i}`)).id).toBe(stays!);
    }
    for (const socket of sockets) socket.close();
    await until(async () => (await statusOf(b)).servers.length === 1, "it to end when all have left", 20_000);
    rmSync(folder, { recursive: true });
  }, 60_000);

  test("--advertise without a Redis says what is missing", async () => {
    const { exitCode, stderr } = await run(["serve", "--port", "0", "--advertise", "ws://127.0.0.1:0"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("give --redis, too");
  });
});
