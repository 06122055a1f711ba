import { expect, test } from "bun:test";
import { usedAt } from "./cpu-log.ts";

test("processor time between two looks is taken to grow evenly", () => {
  const looks = [
    { at: 1000, used: [{ total: 1, kernel: 0.5 }] },
    { at: 1100, used: [{ total: 2, kernel: 0.5 }] },
    { at: 1200, used: [{ total: 2, kernel: 1 }] },
  ];
  const at = (ms: number) => Object.values(usedAt(looks, ms)[0]!);
  expect(at(1050)).toEqual([1.5, 0.5]);
  expect(at(1100)).toEqual([2, 0.5]);
  expect(at(1150)).toEqual([2, 0.75]);
  expect([at(900), at(1300)]).toEqual([
    [1, 0.5],
    [2, 1],
  ]);
});
