import { expect, test } from "bun:test";
import { Observations } from "./observations.ts";

test("a value is counted once, in the first bucket whose bound it does not exceed", () => {
  const seen = new Observations([1, 2, 5]);
  for (const value of [0, 1, 1.5, 2, 4, 5, 6, 100]) seen.add(value);
  expect([...seen.counts]).toEqual([2, 2, 2, 2]);
  expect(seen.count).toBe(8);
  expect(seen.sum).toBe(119.5);
});
