import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { BatchWindow } from "./batch-window.ts";
import { Gathering } from "./gathering.ts";

let clock: FakeClock;
let sent: Array<readonly string[]>;
let gathering: Gathering<string>;
beforeEach(() => {
  jest.useFakeTimers();
  clock = new FakeClock();
  sent = [];
  const window = new BatchWindow(10, 1);
  // So much that the window is as long as it may be.
  for (let i = 0; i < 2; i++) {
    window.wrote(1e9, clock.now());
    clock.advance(300);
  }
  window.wrote(1e9, clock.now());
  gathering = new Gathering(window, clock, (items) => sent.push(items));
});
afterEach(() => {
  jest.useRealTimers();
});

function pass(ms: number): void {
  clock.advance(ms);
  jest.advanceTimersByTime(ms);
}

test("the first leaves at once, what follows together at the window's end", () => {
  gathering.add("a");
  expect(sent).toEqual([["a"]]);
  pass(3);
  gathering.add("b");
  pass(3);
  gathering.add("c");
  expect(sent).toHaveLength(1);
  pass(4);
  expect(sent.slice(1)).toEqual([["b", "c"]]);
});

test("after a quiet moment a message waits for nothing", () => {
  gathering.add("a");
  pass(20);
  gathering.add("b");
  expect(sent).toHaveLength(2);
});

test("a flush sends what waits, once", () => {
  gathering.add("a");
  gathering.add("b");
  gathering.flush();
  pass(20);
  gathering.flush();
  expect(sent).toEqual([["a"], ["b"]]);
});
