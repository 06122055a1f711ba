import { afterEach, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { openBunSocket } from "../client/bun-socket.ts";
import { systemClock } from "../lib/clock.ts";
import { until } from "../lib/test-until.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { META as ONE_ROOM } from "../results/fake-run.ts";
import { serve, type TestServer } from "../server/test-client.ts";
import { OPTIONS } from "./fake-options.ts";
import type { LoadOptions } from "./options.ts";
import { problems, summarise } from "./outcome.ts";
import { LoadRun } from "./run.ts";

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function options(port: number, change: Partial<LoadOptions> = {}): LoadOptions {
  const url = `ws://127.0.0.1:${port}`;
  return { ...OPTIONS, url, interval: 50, duration: 400, ramp: 20, settle: 5000, ...change };
}

const META = { ...ONE_ROOM, rooms: 3, room_size: 4, interval_ms: 50, size: 64 };

function loadRun(of: LoadOptions): LoadRun {
  return new LoadRun(of, {
    clock: systemClock,
    openSocket: openBunSocket,
    runId: "test",
    recorder: null,
    onStart: () => {},
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
      expect(summary).toMatchObject({ clients: 12, sent: 96, received: 384, notes: [] });
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
  const run = loadRun(options(server.port, { duration: 60_000 }));
  const ended = run.run();
  await until(() => run.snapshot().received >= 50, "the first deliveries");
  await server.stop();
  const end = await ended;
  expect(end).toMatchObject({ disconnects: 12, interrupted: false });
  const found = problems(summarise("test", { ...META, end: end! }, run), end!, run);
  expect(found.join()).toContain("12 clients lost their connection");
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
  expect(run.crowd.present).toBe(0);
});
