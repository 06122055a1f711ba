import { expect, test } from "bun:test";
import { LoopDelay } from "./loop-delay.ts";

/** Keeps the loop from turning. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("a loop that is kept busy is seen, even before it turns again, and once", async () => {
  const delay = new LoopDelay();
  delay.start();
  block(100);
  expect(delay.takeWorst()).toBeGreaterThan(70);
  await new Promise((resolve) => setTimeout(resolve, 0));
  delay.takeWorst();
  delay.stop();
});

test("a delay is remembered until it is read", async () => {
  const delay = new LoopDelay();
  delay.start();
  block(100);
  // The tick that came late has been counted by now, and the next one is not due.
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(delay.takeWorst()).toBeGreaterThan(70);
  delay.stop();
  delay.stop();
});

test("the mean is over all ticks since it was read, and near nothing in a loop that is free", async () => {
  const delay = new LoopDelay();
  delay.start();
  await Bun.sleep(100);
  const free = delay.takeMean();
  block(200);
  const busy = delay.takeMean();
  expect(free).toBeGreaterThanOrEqual(0);
  expect(busy).toBeGreaterThan(100);
  expect(busy).toBeGreaterThan(free);
  delay.stop();
});
