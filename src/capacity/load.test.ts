import { expect, test } from "bun:test";
import { apportion } from "../lib/apportion.ts";
import { loadOf } from "./load.ts";

test("5 rooms, 100 users, a message each 30 s: 66.67 writes a second", () => {
  const load = loadOf({ sizes: apportion(100, 5, { kind: "uniform" }), interval: 30_000 });
  expect(load.writesPerSecond).toBeCloseTo(66.667, 3);
  expect(load.messagesPerSecond).toBeCloseTo(3.333, 3);
  expect(load).toMatchObject({ users: 100, rooms: 5, hottest: { users: 20 } });
  expect(load.hottest.writesPerSecond).toBeCloseTo(13.333, 3);
});

test("rooms of unlike sizes cost more than the same people in equal rooms", () => {
  expect(loadOf({ sizes: [8, 1, 1], interval: 1000 }).writesPerSecond).toBe(66);
  expect(loadOf({ sizes: [4, 3, 3], interval: 1000 }).writesPerSecond).toBe(34);
});

test("rooms that nobody is in cost nothing", () => {
  expect(loadOf({ sizes: [2, 1, 0, 0], interval: 500 })).toEqual({
    users: 3,
    rooms: 2,
    messagesPerSecond: 6,
    writesPerSecond: 10,
    hottest: { users: 2, messagesPerSecond: 4, writesPerSecond: 8 },
  });
});
