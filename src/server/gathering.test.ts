import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { BatchWindow } from "./batch-window.ts";
import { Gathering } from "./gathering.ts";

let clock: FakeClock;
let sent: Array<{ frames: readonly string[]; notes: readonly number[] }>;
let gathering: Gathering<number>;
beforeEach(() => {
  jest.useFakeTimers();
  clock = new FakeClock();
  sent = [];
  const window = new BatchWindow(10);
  // So much that the window is as long as it may be.
  for (let i = 0; i < 2; i++) {
    window.delivered(1e9, clock.now());
    clock.advance(300);
  }
  window.delivered(1e9, clock.now());
  gathering = new Gathering(window, clock, (frames, notes) => sent.push({ frames, notes }));
});
afterEach(() => {
  jest.useRealTimers();
});

function pass(ms: number): void {
  clock.advance(ms);
  jest.advanceTimersByTime(ms);
}

test("the first leaves at once, what follows together at the window's end", () => {
  gathering.add(["a"], 1);
  expect(sent).toEqual([{ frames: ["a"], notes: [1] }]);
  pass(3);
  gathering.add(["b", "c"], 2);
  pass(3);
  gathering.add(["d"], 3);
  expect(sent).toHaveLength(1);
  pass(4);
  expect(sent.slice(1)).toEqual([{ frames: ["b", "c", "d"], notes: [2, 3] }]);
});

test("after a quiet moment a message waits for nothing", () => {
  gathering.add(["a"], 1);
  pass(20);
  gathering.add(["b"], 2);
  expect(sent).toHaveLength(2);
});

test("a flush sends what waits, once", () => {
  gathering.add(["a"], 1);
  gathering.add(["b"], 2);
  gathering.flush();
  pass(20);
  gathering.flush();
  expect(sent.map(({ frames }) => frames)).toEqual([["a"], ["b"]]);
});
