import { expect, test } from "bun:test";
import { BatchWindow } from "./batch-window.ts";

/** The window after half a second of so many deliveries a second, in a thousand steps. */
function after(perSecond: number, most = 50): { window: BatchWindow; now: number } {
  const window = new BatchWindow(most);
  let now = 1000;
  for (let step = 0; step < 1000; step++) {
    now += 0.5;
    window.delivered(perSecond / 2000, now);
  }
  return { window, now };
}

test("grows with the deliveries, up to what it may add", () => {
  const windows = [10_000, 100_000, 1_000_000, 100_000_000].map((perSecond) => {
    const { window, now } = after(perSecond);
    return window.at(now);
  });
  expect(windows[0]!).toBeCloseTo(0.1, 2);
  expect(windows[1]!).toBeCloseTo(1, 1);
  expect(windows[2]!).toBeCloseTo(10, 0);
  expect(windows[3]!).toBe(50);
});

test("is nothing at the beginning, and again after a pause", () => {
  const window = new BatchWindow(50);
  expect(window.at(0)).toBe(0);
  const busy = after(5_000_000);
  expect(busy.window.at(busy.now)).toBeGreaterThan(40);
  expect(busy.window.at(busy.now + 1000)).toBe(0);
});

test("is nothing where nothing may be added", () => {
  const { window, now } = after(5_000_000, 0);
  expect(window.at(now)).toBe(0);
});
