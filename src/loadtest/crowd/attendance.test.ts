import { expect, test } from "bun:test";
import { Attendance } from "./attendance.ts";

test("who came and stayed disturbed nothing", () => {
  const attendance = new Attendance();
  for (let i = 0; i < 3; i++) attendance.joined();
  expect(attendance).toMatchObject({ present: 3, away: 0, lost: 0, disconnects: 0 });
  expect([attendance.disturbances, attendance.backP99]).toEqual([undefined, null]);
});

test("who comes back is counted, and the time it took", () => {
  const attendance = new Attendance();
  for (let i = 0; i < 3; i++) attendance.joined();
  for (let i = 0; i < 2; i++) attendance.wentAway(1000);
  expect(attendance).toMatchObject({ present: 1, away: 2, disconnects: 2 });
  attendance.cameBack(120.5);
  attendance.cameBack(480);
  expect(attendance).toMatchObject({ present: 3, away: 0, reconnects: 2 });
  expect(attendance.disturbances).toEqual({
    ...{ reconnects: 2, lost_clients: 0, redirects: 0, gaps: 0 },
    back_ms: { p50: 120.5, p99: 480, max: 480 },
  });
});

test("who does not come back is lost, from the room or on the way", () => {
  const attendance = new Attendance();
  for (let i = 0; i < 2; i++) attendance.joined();
  attendance.wentAway(1000);
  attendance.wasLost(true, 2000);
  attendance.wasLost(false, 3000);
  expect(attendance).toMatchObject({ present: 0, away: 0, lost: 2, disconnects: 2, reconnects: 0 });
  // As a run of clients that do not come back by themselves: there is nothing more to tell.
  expect(attendance.disturbances).toBeUndefined();
});

test("a test is deserted when nobody is there and nobody is coming, or should have come by now", () => {
  const attendance = new Attendance();
  expect(attendance.isDeserted(0, 500)).toBe(true);
  attendance.joined();
  expect(attendance.isDeserted(9999, 500)).toBe(false);
  attendance.wentAway(10_000);
  expect([10_000, 10_500, 10_501].map((now) => attendance.isDeserted(now, 500))).toEqual([
    false,
    false,
    true,
  ]);
  attendance.cameBack(600);
  expect(attendance.isDeserted(99_999, 500)).toBe(false);
});
