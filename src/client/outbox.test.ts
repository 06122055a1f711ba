import { expect, test } from "bun:test";
import { Outbox } from "./outbox.ts";

test("an outbox keeps texts in order until each is acknowledged", () => {
  const outbox = new Outbox(0);
  const ids = ["a", "b", "c"].map((text) => outbox.add(text));
  expect(ids).toEqual([1, 2, 3]);
  expect(outbox.remove(2)).toBe(true);
  expect(outbox.remove(2)).toBe(false);
  expect(outbox.remove("1")).toBe(false);
  expect(outbox.entries()).toEqual([
    [1, "a"],
    [3, "c"],
  ]);
  expect([outbox.size, outbox.textOf(3), outbox.textOf(2)]).toEqual([2, "c", undefined]);
});
