import { expect, test } from "bun:test";
import { OrderGuard } from "./order-guard.ts";

test("after a refusal nothing is admitted until the refused message comes again", () => {
  const guard = new OrderGuard();
  expect(guard.admits(1, 0)).toBe(true);
  guard.refused(1, 0);
  // Was on its way, too: the first one stays the one that is waited for.
  guard.refused(2, 1);
  expect(guard.admits(3, 1000)).toBe(false);
  expect(guard.admits(2, 1000)).toBe(false);
  expect(guard.admits(1, 1000)).toBe(true);
  expect(guard.admits(2, 1000)).toBe(true);
});

test("a client that never sends it again is not locked out", () => {
  const guard = new OrderGuard();
  guard.refused(1, 0);
  expect(guard.admits(2, 29_999)).toBe(false);
  expect(guard.admits(2, 30_000)).toBe(true);
  expect(guard.admits(3, 30_000)).toBe(true);
});
