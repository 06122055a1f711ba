import { afterEach, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { openBunSocket } from "../client/bun-socket.ts";
import { FakeBalancer } from "../client/fake-balancer.ts";
import type { OpenSocket } from "../client/socket.ts";
import { startTcpProxy } from "../e2e/tcp-proxy.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import { exactly } from "../lib/range.ts";
import { until } from "../lib/test-until.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { META as ONE_ROOM } from "../results/fake-run.ts";
import type { RunEnd } from "../results/run-meta.ts";
import { serve, type TestServer } from "../server/test-client.ts";
import { OPTIONS } from "./fake-options.ts";
import type { TotalAccount } from "./generator/account.ts";
import { type GeneratorParts, LoadGenerator } from "./generator/load-generator.ts";
import type { LoadOptions } from "./options.ts";
import { endOf, problems, summarise } from "./record/outcome.ts";
import { LoadRun } from "./run.ts";

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function options(port: number, change: Partial<LoadOptions> = {}): LoadOptions {
  const urls = [`ws://127.0.0.1:${port}`];
  return { ...OPTIONS, urls, interval: exactly(50), duration: 400, ramp: 20, settle: 5000, ...change };
}

const META = { ...ONE_ROOM, rooms: 3, room_size: 4, interval_ms: 50, size: 64 };

/** A run in this process, and all that can be known of it. */
function loadRun(of: LoadOptions, parts: Partial<GeneratorParts> = {}) {
  const generator = new LoadGenerator(of, {
    clock: systemClock,
    openSocket: openBunSocket,
    random: Math.random,
    runId: "test",
    share: { process: 0, processes: 1 },
    rows: null,
    onSayings: () => {},
    ...parts,
  });
  const run = new LoadRun(of, { clock: systemClock, generators: [generator], onStart: () => {} });
  let account: TotalAccount | null = null;
  return {
    crowd: generator.crowd,
    tally: generator.ledger.tally,
    stop: () => run.stop(),
    snapshot: () => run.snapshot(),
    /** Answers with how it ended. */
    async run(): Promise<RunEnd | null> {
      account = await run.run();
      return account && endOf(account, systemClock.now(), run.isStopped);
    },
    summary: (end: RunEnd) => summarise("test", { ...META, end }, account!),
    problems: (end: RunEnd) => problems(summarise("test", { ...META, end }, account!), account!),
  };
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
  return notes.filter((note) => !/^(the generator|limit)/.test(note));
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
      const summary = run.summary(end!);
      expect(run.problems(end!)).toEqual([]);
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
  const second = loadRun(options(port), { runId: "more" });
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
  expect(run.problems(end!)).toEqual(["25 % of the deliveries were lost"]);
});

test("a server that goes away: the test ends early and says how many were lost", async () => {
  const server = chatServer();
  const run = loadRun(options(server.port, { duration: 60_000, connectTimeout: 500 }));
  const ended = run.run();
  await until(() => run.snapshot().received >= 50, "the first deliveries");
  await server.stop();
  const end = await ended;
  expect(end).toMatchObject({ disconnects: 12, interrupted: false });
  const found = run.problems(end!);
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
    const summary = run.summary(end!);
    expect(run.problems(end!)).toEqual([]);
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
    const summary = run.summary(end!);
    expect(run.problems(end!)).toEqual([]);
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
    // (For all of them, that would be some fifty.)
    expect(end!.expected - end!.received).toBeLessThanOrEqual(16);
    expect(run.tally.unsent).toBeGreaterThan(0);
    const found = run.problems(end!);
    expect(found[0]).toStartWith("1 client lost their connection during the test");
  });

  test("a server that asks for patience gets it, until the time to connect is over", async () => {
    const balancer = new FakeBalancer();
    stops.push(() => balancer.stop());
    const { url } = chatServer();
    const run = loadRun(options(0, { urls: [balancer.url] }));
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
  expect(run.problems(end!)).toEqual(["4 clients could not connect", "100 % of the deliveries were lost"]);
});

test("nobody to talk to: no run, and no waiting for the ramp", async () => {
  const server = chatServer();
  const { port } = server;
  await server.stop();
  const run = loadRun(options(port, { ramp: 60_000, rooms: 20, roomSize: 50 }));
  expect(await run.run()).toBeNull();
  expect(run.crowd.attendance.present).toBe(0);
});

describe("loads of other kinds", () => {
  test("rooms of unlike sizes, texts and gaps of unlike lengths: every message reaches its room", async () => {
    const of = options(chatServer().port, {
      rooms: 5,
      roomsDist: { kind: "zipf", exponent: 1.1 },
      size: { min: 1, max: 300 },
      interval: { min: 10, max: 90 },
    });
    const run = loadRun(of);
    const end = await run.run();
    expect(run.problems(end!)).toEqual([]);
    expect(end!.sent).toBeGreaterThan(50);
    expect(end!.received).toBe(end!.expected);
    // Were the rooms alike, each message would go to four.
    expect(end!.expected).toBeGreaterThan(end!.sent * 5);
  });

  for (const dialect of DIALECT_NAMES) {
    test(`clients leave and others come, ${dialect}: nothing is lost, nothing comes twice`, async () => {
      const of = options(chatServer().port, { dialect, rooms: 2, roomSize: 10, churn: 0.5, duration: 1500 });
      const run = loadRun(of);
      const end = await run.run();
      expect(run.problems(end!)).toEqual([]);
      expect(run.tally).toMatchObject({ repeated: 0, foreign: 0, outstanding: 0 });
      // Half of 20 clients a second.
      expect(run.crowd.attendance.left).toBeWithin(8, 18);
      expect(end!.received).toBe(end!.expected);
      expect(end!.disconnects).toBe(0);
    });
  }

  test("where one is all there is, its leaving does not end the test", async () => {
    const of = options(chatServer().port, {
      dialect: "plain",
      rooms: 1,
      roomSize: 1,
      churn: 1,
      duration: 2500,
    });
    const run = loadRun(of);
    const end = await run.run();
    expect(run.problems(end!)).toEqual([]);
    expect(run.crowd.attendance.left).toBeGreaterThan(0);
    expect(end!.sent).toBeGreaterThan(20);
  });

  test("in stages clients come and go, also those who come in others' places", async () => {
    const stages = [
      { duration: 400, clients: 12 },
      { duration: 400, clients: 12 },
      { duration: 400, clients: 0 },
    ];
    const run = loadRun(options(chatServer().port, { rooms: 3, stages, duration: 1200, churn: 0.5 }));
    const ended = run.run();
    await until(() => run.snapshot().connected >= 11, "everyone to be there");
    const end = await ended;
    expect(run.problems(end!)).toEqual([]);
    // By the end of the last stage all have left.
    expect(run.crowd.attendance).toMatchObject({ present: 0, connectErrors: 0 });
    expect(run.crowd.attendance.left).toBeGreaterThan(12);
    expect([end!.received, run.tally.repeated]).toEqual([end!.expected, 0]);
    expect(end!.sent).toBeGreaterThan(50);
  });

  test("idle, they are there and say nothing", async () => {
    const run = loadRun(options(chatServer().port, { idle: true }));
    const ended = run.run();
    await until(() => run.snapshot().phase === "sending", "everyone to be there");
    expect(run.snapshot().connected).toBe(12);
    const end = await ended;
    expect(end).toMatchObject({ sent: 0, received: 0, disconnects: 0 });
    expect(run.problems(end!)).toEqual([]);
  });

  test("readers that stall are closed and come again, and the others have all they are owed", async () => {
    const server = serve({ drainTimeout: 1000, backpressureLimit: 1024 * 1024 });
    stops.push(() => server.stop());
    const load = { rooms: 1, roomSize: 40, slow: 0.05, size: exactly(10_000), interval: exactly(100) };
    const run = loadRun(options(server.port, { ...load, duration: 60_000 }));
    const ended = run.run();
    const cuts = () => run.crowd.slow.reduce((sum, { counts }) => sum + counts.cut, 0);
    await until(() => cuts() > 0, "a reader to be closed");
    run.stop();
    const end = await ended;
    expect(run.problems(end!)).toEqual([]);
    expect(end!.received).toBe(end!.expected);
    expect(end!.expected).toBe(end!.sent * 38);
    expect(run.summary(end!).notes.join()).toContain("2 clients read nothing");
  }, 30_000);

  test("several generators in one room: what one says, all expect", async () => {
    const of = options(chatServer().port, { rooms: 1, roomSize: 9 });
    const generators: LoadGenerator[] = [];
    for (let process = 0; process < 3; process++) {
      generators.push(
        new LoadGenerator(of, {
          ...{
            clock: systemClock,
            openSocket: openBunSocket,
            random: Math.random,
            runId: "many",
            rows: null,
          },
          share: { process, processes: 3 },
          onSayings: (sayings) => {
            for (const [i, other] of generators.entries())
              if (i !== process) other.learn(structuredClone(sayings));
          },
        }),
      );
    }
    const run = new LoadRun(of, { clock: systemClock, generators, onStart: () => {} });
    const { tally } = (await run.run())!;
    expect(tally).toMatchObject({
      sent: 72,
      expected: 648,
      received: 648,
      reached: 72,
      repeated: 0,
      foreign: 0,
    });
  });
});
