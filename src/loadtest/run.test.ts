import { expect, onTestFinished, test } from "bun:test";
import { until } from "../lib/test-until.ts";
import { DIALECT_NAMES } from "../protocol/dialect.ts";
import { aboutTheServer, chatServer, loadRun, options } from "./test-run.ts";

for (const dialect of DIALECT_NAMES) {
  test(`every message reaches every member once, ${dialect}`, async () => {
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
  onTestFinished(() => server.stop(true));
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
