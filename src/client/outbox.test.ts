import { expect, test } from "bun:test";
import { Outbox } from "./outbox.ts";

test("an outbox keeps texts in order until each is acknowledged", () => {
  const outbox = new Outbox(() => 0);
  const ids = ["a", "b", "c"].map((text) => outbox.add(text));
  expect(ids).toEqual([1, 2, 3]);
  expect(outbox.acknowledge(2)).toBe(true);
  expect(outbox.acknowledge(2)).toBe(false);
  expect(outbox.acknowledge("1")).toBe(false);
  expect(outbox.entries()).toEqual([
    [1, "a"],
    [3, "c"],
  ]);
  expect([outbox.size, outbox.textOf(3), outbox.textOf(2)]).toEqual([2, "c", undefined]);
});

test("a message comes back once, before or after its ack, unless it was refused", () => {
  const outbox = new Outbox(() => 0.999);
  const [first, second, third] = [outbox.add("a"), outbox.add("b"), outbox.add("c")] as number[];
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(outbox.comesBack(first!)).toBe(true);
  expect(outbox.comesBack(first!)).toBe(false);
  outbox.acknowledge(second!);
  expect(outbox.comesBack(second!)).toBe(true);
  outbox.drop(third!);
  expect(outbox.comesBack(third!)).toBe(false);
  expect(outbox.entries()).toEqual([[first!, "a"]]);
});
