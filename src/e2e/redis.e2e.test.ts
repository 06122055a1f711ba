import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hasRedis, startRedis, type TestRedis } from "../broker/redis/test-redis.ts";
import { type RunningServer, run, startServer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";

if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is not installed");

async function isReady({ adminPort }: RunningServer): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status === 200;
}

describe.skipIf(!hasRedis)("two servers over one Redis (needs redis-server)", () => {
  let redis: TestRedis;
  let servers: RunningServer[];
  let ann: RoomClient;
  let bob: RoomClient;

  beforeEach(async () => {
    redis = await startRedis();
    servers = await Promise.all([0, 1].map(() => startServer([], { env: { SCALE_CHAT_REDIS: redis.url } })));
    ann = new RoomClient(`ws://127.0.0.1:${servers[0]!.port}`, "ann");
    bob = new RoomClient(`ws://127.0.0.1:${servers[1]!.port}`, "bob");
    await until(() => ann.connection.isOnline && bob.connection.isOnline, "both to be in");
  });
  afterEach(async () => {
    await Promise.all([ann, bob].map(({ connection }) => connection.close()));
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  });

  test("are one chat, in one order", async () => {
    for (let i = 0; i < 200; i++) {
      ann.connection.send(`ann ${i}`);
      bob.connection.send(`bob ${i}`);
    }
    await until(() => ann.seen.length === 400 && bob.seen.length === 400, "everything at both");
    expect(ann.texts).toEqual(bob.texts);
    expect(new Set(ann.texts).size).toBe(400);
    await until(() => ann.acked === 200 && bob.acked === 200, "the acknowledgements");
  });

  test("Redis away: nobody is thrown out, senders are told, readiness turns red; back empty: a new epoch", async () => {
    ann.connection.send("before");
    await until(() => bob.seen.length === 1, "the message before");
    redis.signal("SIGKILL");
    await until(async () => !(await isReady(servers[0]!)), "readiness to turn red");
    ann.connection.send("meanwhile");
    await until(() => ann.errors.includes("not_stored"), "the sender to be told");
    expect(ann.acked).toBe(1);
    await redis.restart();
    await until(() => isReady(servers[0]!), "readiness to turn green");
    await until(() => ann.seen.length === 2 && bob.seen.length === 2, "the message, sent again by itself");
    expect(bob.texts).toEqual(["before", "meanwhile"]);
    expect([ann.losses, bob.losses]).toEqual([0, 0]);
    for (const { gaps } of [ann, bob]) expect(gaps).toMatchObject([{ reason: "epoch" }]);
  }, 30_000);

  test("a server that stops, and knows the other: its clients go on there, without a loss", async () => {
    const [first, second] = servers as [RunningServer, RunningServer];
    const args = ["--drain-to", `ws://127.0.0.1:${second.port}`, "--drain-timeout", "2s"];
    const stopping = await startServer(args, { env: { SCALE_CHAT_REDIS: redis.url } });
    const cleo = new RoomClient(`ws://127.0.0.1:${stopping.port}`, "cleo");
    await until(() => cleo.connection.isOnline, "cleo to be in");
    let sent = 0;
    const talk = setInterval(() => {
      ann.connection.send(`number ${++sent}`);
      cleo.connection.send(`number ${++sent}`);
    }, 2);
    await until(() => cleo.seen.length > 100, "some talk");
    expect(await stopping.stop()).toBe(0);
    await until(() => cleo.connection.isOnline, "cleo to be at the other");
    clearInterval(talk);
    await until(() => cleo.seen.length === sent && ann.seen.length === sent, "the rest");
    expect(cleo.texts).toEqual(ann.texts);
    expect([cleo.gaps, cleo.losses]).toEqual([[], 0]);
    await cleo.connection.close();
    expect(await isReady(first)).toBe(true);
  }, 30_000);

  test("a server that is killed: its clients resume at the other, without a loss", async () => {
    for (let i = 0; i < 50; i++) ann.connection.send(`one ${i}`);
    await until(() => bob.seen.length === 50, "the first fifty");
    const { port } = servers[1]!;
    await servers[1]!.kill();
    for (let i = 0; i < 50; i++) ann.connection.send(`two ${i}`);
    await until(() => ann.acked === 100, "the acknowledgements");
    servers[1] = await startServer(["--port", `${port}`], { env: { SCALE_CHAT_REDIS: redis.url } });
    await until(() => bob.seen.length === 100, "the rest");
    expect(bob.texts).toEqual(ann.texts);
    expect(bob.gaps).toEqual([]);
  }, 30_000);
});

describe("a Redis that cannot be used", () => {
  test("is named without its password", async () => {
    const url = "redis://user:secret@127.0.0.1:1";
    const ended = await run(["serve", "--port", "0", "--admin-port", "0"], {
      env: { SCALE_CHAT_REDIS: url },
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain("Cannot use Redis at 127.0.0.1:1");
    expect(ended.stdout + ended.stderr).not.toContain("secret");
  });

  test("is refused when it is none, without quoting it", async () => {
    const ended = await run(["serve", "--redis", "http://user:secret@h"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("redis://127.0.0.1:6379");
    expect(ended.stderr).not.toContain("secret");
  });

  test("cannot be used together with a file", async () => {
    const ended = await run(["serve", "--redis", "redis://127.0.0.1:1", "--data", "x.db"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("choose one");
  });
});
