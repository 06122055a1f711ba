import { expect, test } from "bun:test";
import { until } from "./test-until.ts";

test("gives back what came, also when it is 0 or empty", async () => {
  let looks = 0;
  expect(await until(() => (++looks < 3 ? null : 0), "a number")).toBe(0);
  expect(await until(async () => "", "a text")).toBe("");
});

test("says what it waited for in vain", async () => {
  await expect(until(() => false, "the end of the world", 5)).rejects.toThrow(
    "waited 5 ms in vain for the end of the world",
  );
});
