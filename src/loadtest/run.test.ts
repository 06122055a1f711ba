import { afterEach, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { openBunSocket } from "../client/bun-socket.ts";
import { FakeBalancer } from "../client/fake-balancer.ts";
import type { OpenSocket } from "../client/socket.ts";
import { startTcpProxy } from "../e2e/tcp-proxy.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { META as ONE_ROOM } from "../results/fake-run.ts";
import { serve, type TestServer } from "../server/test-client.ts";
import { OPTIONS } from "./fake-options.ts";
import type { LoadOptions } from "./options.ts";
import { problems, summarise } from "./outcome.ts";
import { LoadRun, type RunParts } from "./run.ts";

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function options(port: number, change: Partial<LoadOptions> = {}): LoadOptions {
  const url = `ws://127.0.0.1:${port}`;
  return { ...OPTIONS, url, interval: 50, duration: 400, ramp: 20, settle: 5000, ...change };
}

const META = { ...ONE_ROOM, rooms: 3, room_size: 4, interval_ms: 50, size: 64 };

function loadRun(of: LoadOptions, parts: Partial<RunParts> = {}): LoadRun {
  return new LoadRun(of, {
    clock: systemClock,
    openSocket: openBunSocket,
    random: Math.random,
    runId: "test",
    recorder: null,
    onStart: () => {},
    ...parts,
  });
}

function chatServer(): TestServer {
  const server = serve({ drainTimeout: 1000 });
  stops.push(() => server.stop());
  return server;
}

/** A server that is not ours and speaks one of the two simple dialects, with nothing more than it must. */
function foreignServer(dialect: Exclude<DialectName, "native">): Server<{ room: string }> {
  const server = Bun.serve<{ room: string }>({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      self.upgrade(request, { data: { room: new URL(request.url).pathname } });
    },
    websocket: {
      data: {} as { room: string },
      open(socket) {
        if (dialect === "plain") socket.subscribe(socket.data.room);
        else socket.send(JSON.stringify({ type: "welcome", connected_at: new Date().toISOString() }));
      },
      message(socket, frame) {
        if (dialect === "plain") {
          server.publish(socket.data.room, frame);
          return;
        }
        const { type, payload } = JSON.parse(String(frame));
        if (type === "register") {
          socket.data.room = payload.chatId;
          socket.subscribe(payload.chatId);
        } else {
          server.publish(socket.data.room, JSON.stringify(payload));
        }
      },
    },
  });
  stops.push(() => server.stop(true));
  return server;
}

/** Without what a busy machine makes the generator say of itself. */
function aboutTheServer(notes: readonly string[]): string[] {
  return notes.filter((note) => !note.startsWith("the generator"));
}

describe("every message reaches every member once", () => {
  for (const dialect of DIALECT_NAMES) {
    test(`our server, ${dialect}`, async () => {
      const of = options(chatServer().port, { dialect });
      const run = loadRun(of);
      const end = await run.run();
      // 12 clients, 8 intervals of 50 ms.
      expect(end).toMatchObject({
        sent: 96,
        expected: 384,
        received: 384,
        connect_errors: 0,
        disconnects: 0,
      });
      expect(run.tally).toMatchObject({ repeated: 0, foreign: 0, unsent: 0, outstanding: 0 });
      const summary = summarise("test", { ...META, end: end! }, run);
      expect(problems(summary, end!, run)).toEqual([]);
      expect(summary).toMatchObject({ clients: 12, sent: 96, received: 384 });
      expect(aboutTheServer(summary.notes)).toEqual([]);
      expect(summary.fromSent!.count).toBe(384);
      expect(summary.fromScheduled!.mean).toBeGreaterThanOrEqual(summary.fromSent!.mean);
    });
  }

  for (const dialect of ["plain", "register"] as const) {
    test(`another server, ${dialect}`, async () => {
      const end = await loadRun(options(foreignServer(dialect).port!, { dialect })).run();
      expect(end).toMatchObject({ sent: 96, expected: 384, received: 384, disconnects: 0 });
    });
  }
});

test("the warm-up is left out of the figures", async () => {
  const end = await loadRun(options(chatServer().port, { warmup: 200 })).run();
  expect(end).toMatchObject({ sent: 48, expected: 192, received: 192 });
});

test("two tests on one server do not see each other", async () => {
  const { port } = chatServer();
  const first = loadRun(options(port));
  const second = new LoadRun(options(port), {
    clock: systemClock,
    openSocket: openBunSocket,
    random: Math.random,
    runId: "more",
    recorder: null,
    onStart: () => {},
  });
  const ends = await Promise.all([first.run(), second.run()]);
  for (const end of ends) expect(end).toMatchObject({ sent: 96, received: 384 });
  expect(first.tally.foreign + second.tally.foreign).toBe(0);
});

test("a stop ends the sending, and what was sent still arrives", async () => {
  const { port } = chatServer();
  const run = loadRun(options(port, { duration: 60_000 }));
  const ended = run.run();
  await until(() => run.snapshot().received >= 50, "the first deliveries");
  run.stop();
  const end = await ended;
  expect(end).toMatchObject({ interrupted: true, received: end!.expected, disconnects: 0 });
  expect(end!.expected).toBe(end!.sent * 4);
});

test("a server that loses messages is found out", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      self.upgrade(request, { data: undefined });
    },
    websocket: {
      open: (socket) => void socket.subscribe("all"),
      message(_socket, frame) {
        // One in four goes nowhere, and one in four comes twice.
        const { message_id: id } = JSON.parse(String(frame));
        const copies = [0, 2, 1, 1][id % 4]!;
        for (let i = 0; i < copies; i++) server.publish("all", frame);
      },
    },
  });
  stops.push(() => server.stop(true));
  const of = options(server.port!, { dialect: "plain", rooms: 1, settle: 300 });
  const run = loadRun(of);
  const end = await run.run();
  // 4 clients x 8 messages; of each client's, two are lost and two come twice.
  expect(end).toMatchObject({ sent: 32, expected: 128 });
  expect(run.tally.received).toBe(96);
  expect(run.tally.repeated).toBe(32);
  expect(problems(summarise("test", { ...META, end: end! }, run), end!, run)).toEqual([
    "25 % of the deliveries were lost",
  ]);
});

test("a server that goes away: the test ends early and says how many were lost", async () => {
  const server = chatServer();
  const run = loadRun(options(server.port, { duration: 60_000, connectTimeout: 500 }));
  const ended = run.run();
  await until(() => run.snapshot().received >= 50, "the first deliveries");
  await server.stop();
  const end = await ended;
  expect(end).toMatchObject({ disconnects: 12, interrupted: false });
  const found = problems(summarise("test", { ...META, end: end! }, run), end!, run);
  expect(found.join()).toContain("12 clients lost their connection");
});

describe("native clients come back by themselves", () => {
  test("over a network that breaks: nothing is lost, nothing comes twice, each return is counted", async () => {
    const proxy = await startTcpProxy(chatServer().port, Math.random);
    stops.push(() => proxy.close());
    const run = loadRun(options(proxy.port, { duration: 1500, settle: 10_000 }));
    const ended = run.run();
    await until(() => run.snapshot().received >= 50, "the first deliveries");
    proxy.cut();
    await until(() => run.crowd.attendance.reconnects >= 12, "everyone to be back");
    proxy.cutChance = 0.05;
    await until(() => run.crowd.attendance.reconnects >= 20, "more to break");
    proxy.cutChance = 0;
    const end = await ended;
    // 12 clients, 30 intervals of 50 ms: what was due while a client was away was sent when it was back.
    expect(end).toMatchObject({ sent: 360, expected: 1440, received: 1440, connect_errors: 0 });
    expect(run.tally).toMatchObject({ repeated: 0, foreign: 0, unsent: 0, outstanding: 0 });
    const { reconnects, lost_clients, back_ms, gaps } = end!.disturbances!;
    expect([reconnects, lost_clients, gaps]).toEqual([end!.disconnects, 0, 0]);
    expect(back_ms!.max).toBeGreaterThanOrEqual(back_ms!.p50);
    const summary = summarise("test", { ...META, end: end! }, run);
    expect(problems(summary, end!, run)).toEqual([]);
    expect(summary.notes.join()).toContain(`${reconnects} came back: p50`);
    expect(summary.fromScheduled!.max).toBeGreaterThan(10_000);
  }, 20_000);

  test("sent to another server, they go there, and nobody is away for it", async () => {
    const broker = new MemoryBroker({ history: 10_000 }, systemClock, seededRandom(1));
    const target = serve({}, { broker });
    const stopping = serve({ drainTo: target.url, drainTimeout: 1500 }, { broker });
    stops.push(() => target.stop());
    const run = loadRun(options(stopping.port, { duration: 2500 }));
    const ended = run.run();
    await until(() => run.snapshot().received >= 50, "the first deliveries");
    await stopping.stop();
    const end = await ended;
    expect(end).toMatchObject({ sent: 600, expected: 2400, received: 2400, disconnects: 0 });
    expect(end!.disturbances).toEqual({
      reconnects: 0,
      back_ms: null,
      lost_clients: 0,
      redirects: 12,
      gaps: 0,
    });
    expect(run.tally.repeated).toBe(0);
    const summary = summarise("test", { ...META, end: end! }, run);
    expect(problems(summary, end!, run)).toEqual([]);
    expect(aboutTheServer(summary.notes)).toEqual(["12 times a client was sent to another server"]);
  }, 20_000);

  test("some that do not are lost, and what was said after that was not for them", async () => {
    const { port } = chatServer();
    const proxy = await startTcpProxy(port, Math.random);
    stops.push(() => proxy.close());
    let opened = 0;
    let isCut = false;
    const openSocket: OpenSocket = (url, subprotocols) => {
      const address = new URL(url);
      if (opened++ % 4 === 0 || isCut) address.port = `${proxy.port}`;
      return openBunSocket(address.href, subprotocols);
    };
    const run = loadRun(options(port, { rooms: 1, duration: 800, settle: 300 }), { openSocket });
    const ended = run.run();
    await until(() => run.tally.outstanding === 0 && run.snapshot().received >= 8, "a quiet moment");
    // From now on this one knocks in vain.
    proxy.target = 1;
    isCut = true;
    proxy.cut();
    const end = await ended;
    expect(end!.disconnects).toBe(1);
    expect(run.crowd.attendance.lost).toBe(1);
    // What was under way when it went was for it; what three others said after that was for three.
    expect(end!.expected - end!.received).toBeLessThanOrEqual(4);
    expect(run.tally.unsent).toBeGreaterThan(0);
    const found = problems(summarise("test", { ...META, end: end! }, run), end!, run);
    expect(found[0]).toStartWith("1 client lost their connection during the test");
  });

  test("a server that asks for patience gets it, until the time to connect is over", async () => {
    const balancer = new FakeBalancer();
    stops.push(() => balancer.stop());
    const { url } = chatServer();
    const run = loadRun(options(0, { url: balancer.url }));
    const ended = run.run();
    await until(() => balancer.asked.length >= 12, "everyone to ask");
    balancer.servers = [url];
    expect(await ended).toMatchObject({ sent: 96, received: 384, connect_errors: 0, disconnects: 0 });
  }, 20_000);
});

test("clients that never get in are given up, each counted once, and the others go on", async () => {
  let welcomed = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      self.upgrade(request, { data: undefined });
    },
    websocket: {
      open(socket) {
        if (welcomed++ > 0) return;
        socket.send('{"type":"welcome","epoch":"e","offset":0,"name":"x"}');
      },
      message() {},
    },
  });
  stops.push(() => server.stop(true));
  const run = loadRun(options(server.port!, { rooms: 1, roomSize: 5, settle: 100, connectTimeout: 200 }));
  const end = await run.run();
  expect(end).toMatchObject({ connect_errors: 4, disconnects: 0, sent: 8, expected: 8, received: 0 });
  expect(run.crowd.pending).toBe(0);
  expect(problems(summarise("test", { ...META, end: end! }, run), end!, run)).toEqual([
    "4 clients could not connect",
    "100 % of the deliveries were lost",
  ]);
});

test("nobody to talk to: no run, and no waiting for the ramp", async () => {
  const server = chatServer();
  const { port } = server;
  await server.stop();
  const run = loadRun(options(port, { ramp: 60_000, rooms: 20, roomSize: 50 }));
  expect(await run.run()).toBeNull();
  expect(run.crowd.attendance.present).toBe(0);
});
