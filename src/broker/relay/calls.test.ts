import { expect, test } from "bun:test";
import { WaitingLimit } from "../waiting-limit.ts";
import { Calls } from "./calls.ts";

const late = new Error("late");

test("a call fails when more beats have passed than it has patience, an older one first", async () => {
  const calls = new Calls(2);
  const first = calls.add(1);
  expect([calls.beat(late), calls.beat(late)]).toEqual([false, false]);
  const second = calls.add<string>(1);
  expect(calls.beat(late)).toBe(true);
  await expect(first.answer).rejects.toThrow("late");
  calls.resolve(first.call, "too late");
  expect(calls.beat(late)).toBe(false);
  calls.resolve(second.call, "in time");
  expect(await second.answer).toBe("in time");
  expect([calls.beat(late), calls.beat(late)]).toEqual([false, false]);
});

test("what waits has a bound, which answers and failures make room in", async () => {
  const calls = new Calls(0, new WaitingLimit(10));
  const answered = calls.add(6);
  expect(() => calls.add(6)).toThrow("too much waits for the log");
  calls.resolve(answered.call, "answer");
  calls.resolve(answered.call, "again");
  const failed = calls.add(10);
  calls.beat(late);
  await expect(failed.answer).rejects.toThrow("late");
  const gone = calls.add(10);
  calls.rejectAll(new Error("gone"));
  await expect(gone.answer).rejects.toThrow("gone");
  calls.add(10);
});
