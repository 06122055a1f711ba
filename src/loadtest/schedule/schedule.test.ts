import { expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { exactly } from "../../lib/range.ts";
import { until } from "../../lib/test-until.ts";
import { DIALECT_NAMES } from "../../protocol/dialect.ts";
import { FakeChatter } from "../chatter/fake-chatter.ts";
import type { Crowd } from "../crowd/crowd.ts";
import { TestRoom } from "../crowd/room.ts";
import { OPTIONS } from "../fake-options.ts";
import { chatServer, loadRun, options } from "../test-run.ts";
import { Schedule } from "./schedule.ts";

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

test("what it has left is messages: each that somebody would have said, but no coming or going", () => {
  let sent = 0;
  const nobody = { draw: () => null, attendance: { present: 0 } } as unknown as Crowd;
  const parts = { send: () => void sent++, bring: async () => null };
  const of = { ...OPTIONS, interval: exactly(100), duration: 2000, churn: 0.1 };
  const schedule = new Schedule(of, nobody, seededRandom(1), parts);
  const chatters = ["ann", "bob", "cleo"].map((id) => new FakeChatter(id, new TestRoom("r")));
  for (const chatter of chatters) schedule.speak(chatter, 0);
  expect(schedule.unsent).toBe(60);
  schedule.performUntil(999);
  expect([sent, schedule.unsent]).toEqual([30, 30]);
  chatters[0]!.isSilent = true;
  expect(schedule.unsent).toBe(20);
});
