import { expect, test } from "bun:test";
import { sizeOf, WaitingLimit } from "./waiting-limit.ts";

test("once full, everything is refused until half of it is gone", () => {
  const limit = new WaitingLimit(100);
  for (const bytes of [40, 20, 30]) limit.add(bytes);
  expect(() => limit.add(11)).toThrow("too much waits for the log");
  expect(() => limit.add(1)).toThrow();
  limit.remove(30);
  expect(() => limit.add(1)).toThrow();
  limit.remove(10);
  limit.add(50);
  expect(() => limit.add(1)).toThrow();
});

test("what is refused does not count", () => {
  const limit = new WaitingLimit(100);
  expect(() => limit.add(101)).toThrow();
  limit.remove(0);
  limit.add(100);
});

test("a message without a text has a size, and letters have theirs", () => {
  const says = (text: string) => ({ messageId: 1, sender: "ann", text, sentAt: "", session: null });
  expect(sizeOf(says(""))).toBeGreaterThan(0);
  expect(sizeOf(says("💬")) - sizeOf(says(""))).toBe(4);
});
