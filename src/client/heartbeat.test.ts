import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { startTcpProxy } from "../e2e/tcp-proxy.ts";
import { until } from "../lib/test-until.ts";
import { serve } from "../server/test-client.ts";
import type { ConnectionOptions } from "./connection.ts";
import { FakeServer } from "./fake-server.ts";
import { HEARTBEAT, Heartbeat } from "./heartbeat.ts";
import { Chatter } from "./test-chatter.ts";

describe("the times", () => {
  let pings = 0;
  let deaths = 0;
  let heartbeat: Heartbeat;
  beforeEach(() => {
    jest.useFakeTimers();
    pings = 0;
    deaths = 0;
    heartbeat = new Heartbeat(HEARTBEAT, { ping: () => pings++, onDead: () => deaths++ });
    heartbeat.start();
  });
  afterEach(() => {
    heartbeat.stop();
    jest.useRealTimers();
  });

  test("25 s of silence are asked about, 10 s more are the end", () => {
    jest.advanceTimersByTime(24_900);
    expect([pings, deaths]).toEqual([0, 0]);
    jest.advanceTimersByTime(200);
    expect([pings, deaths]).toEqual([1, 0]);
    jest.advanceTimersByTime(9800);
    expect([pings, deaths]).toEqual([1, 0]);
    jest.advanceTimersByTime(200);
    expect([pings, deaths]).toEqual([1, 1]);
    jest.advanceTimersByTime(100_000);
    expect([pings, deaths]).toEqual([1, 1]);
  });

  test("who is heard is not asked", () => {
    for (let second = 0; second < 300; second += 20) {
      jest.advanceTimersByTime(20_000);
      heartbeat.heard();
    }
    expect([pings, deaths]).toEqual([0, 0]);
    expect(heartbeat.answered()).toBe(false);
  });

  test("any frame is an answer, and a silence after it is another one", () => {
    for (let turn = 1; turn <= 4; turn++) {
      jest.advanceTimersByTime(30_000);
      expect([pings, deaths]).toEqual([turn, 0]);
      heartbeat.heard();
      expect([heartbeat.answered(), heartbeat.answered()]).toEqual([true, false]);
    }
  });

  test("after its end nothing happens", () => {
    heartbeat.stop();
    jest.advanceTimersByTime(100_000);
    expect([pings, deaths]).toEqual([0, 0]);
  });
});

describe("a connection", () => {
  const QUICK = { silence: 60, answer: 60 };
  const cleanUps: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  function chatter(url: string, options: Partial<ConnectionOptions> = {}): Chatter {
    const started = new Chatter(url, { heartbeat: QUICK, ...options });
    cleanUps.push(() => started.connection.close());
    return started;
  }

  test("over which nothing comes any more is lost, and what was missed comes with the next one", async () => {
    const server = serve();
    cleanUps.push(() => server.stop());
    const proxy = await startTcpProxy(server.port, Math.random);
    cleanUps.push(() => proxy.close());
    const ann = await chatter(`ws://127.0.0.1:${proxy.port}`).joined();
    const bob = await chatter(server.url).joined();
    ann.connection.send("before");
    await bob.hears("before");
    proxy.swallows = "everything";
    bob.connection.send("meanwhile");
    ann.connection.send("into the void");
    await until(() => ann.offline.length > 0, "the silence to be noticed");
    expect(ann.offline[0]).toBe("the server has fallen silent");
    proxy.swallows = "nothing";
    await ann.hears("meanwhile");
    await bob.hears("into the void");
    expect(ann.gaps).toEqual([]);
    expect(ann.texts).toEqual(bob.texts);
  });

  test("in an idle room stays, for as long as the server answers", async () => {
    const server = serve();
    cleanUps.push(() => server.stop());
    const ann = await chatter(server.url).joined();
    await Bun.sleep(600);
    expect([ann.offline, ann.errors, ann.connection.isOnline]).toEqual([[], [], true]);
  });

  test("to a server that does not know pings stays as well, and nobody is told of its complaints", async () => {
    const old = new FakeServer();
    cleanUps.push(() => old.stop());
    const ann = chatter(old.url);
    const guest = await old.guest();
    guest.welcome();
    const complaint = {
      type: "error",
      code: "invalid_frame",
      message: "type must be something else",
    } as const;
    for (let ping = 1; ping <= 4; ping++) {
      await until(() => guest.said.length === ping, `ping ${ping}`);
      guest.say(complaint);
    }
    expect(guest.said).toEqual(Array(4).fill({ type: "ping" }));
    await ann.joined();
    expect([ann.offline, ann.errors]).toEqual([[], []]);
    // One that no ping explains is told of.
    guest.say(complaint, complaint);
    await until(() => ann.errors.length > 0, "the complaint");
  });
});
