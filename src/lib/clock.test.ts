import { expect, test } from "bun:test";
import { FakeClock, systemClock } from "./clock.ts";

test("the system's clock tells the time of day and never goes back", () => {
  const before = Date.now();
  let last = systemClock.now();
  // A correction of the system's time since the process began may lie between the two.
  expect(Math.abs(last - before)).toBeLessThan(60_000);
  for (let n = 0; n < 1000; n++) {
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test("the clock of tests moves when it is told to", () => {
  const clock = new FakeClock(5);
  expect([clock.now(), clock.now()]).toEqual([5, 5]);
  clock.advance(0.25);
  expect(clock.now()).toBe(5.25);
});
