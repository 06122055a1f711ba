import { expect, test } from "bun:test";
import { Changes } from "./changes.ts";

test("who waits looks again at every notice, and goes on when it holds", async () => {
  const changes = new Changes();
  let count = 0;
  let looks = 0;
  const waiting = changes.until(() => {
    looks++;
    return count === 2;
  });
  changes.notify();
  await null;
  count = 2;
  expect(await Promise.race([waiting, Bun.sleep(1).then(() => "still waiting")])).toBe("still waiting");
  changes.notify();
  expect(await waiting).toBe(true);
  expect(looks).toBeLessThanOrEqual(4);
});

test("what holds already is not waited for", async () => {
  expect(await new Changes().until(() => true)).toBe(true);
});

test("several wait for different things", async () => {
  const changes = new Changes();
  let value = 0;
  const both = Promise.all([changes.until(() => value >= 1), changes.until(() => value >= 2)]);
  for (value = 1; value <= 2; value++) {
    changes.notify();
    await Bun.sleep(0);
  }
  expect(await both).toEqual([true, true]);
});

test("false when it took too long", async () => {
  const changes = new Changes();
  const start = performance.now();
  expect(await changes.until(() => false, 5)).toBe(false);
  expect(performance.now() - start).toBeGreaterThanOrEqual(4);
  expect(await changes.until(() => true, 5)).toBe(true);
});
