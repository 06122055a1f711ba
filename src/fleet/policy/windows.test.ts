import { describe, expect, test } from "bun:test";
import type { LoadSample } from "./fleet-state.ts";
import { meanOrNewest, meanOver } from "./windows.ts";

const NOW = 1_000_000;
const samples = (...ages: Array<[age: number, writes: number]>): LoadSample[] =>
  ages.map(([age, writesPerSecond]) => ({ at: NOW - age, writesPerSecond, lagMs: 0, connections: 0 }));

describe("meanOver", () => {
  test("is the mean of the window, and of nothing before it", () => {
    const four = samples([3500, 900], [2500, 10], [1500, 20], [500, 30]);
    expect(meanOver(four, "writesPerSecond", 3000, NOW)).toBe(20);
  });

  test("may lack one sample, but not two", () => {
    expect(meanOver(samples([1500, 20], [500, 30]), "writesPerSecond", 3000, NOW)).toBe(25);
    expect(meanOver(samples([500, 30]), "writesPerSecond", 3000, NOW)).toBeNull();
    expect(meanOver([], "writesPerSecond", 1000, NOW)).toBeNull();
  });

  test("a server that fell silent is no evidence", () => {
    expect(meanOver(samples([9000, 1], [8000, 1], [7000, 1]), "writesPerSecond", 3000, NOW)).toBeNull();
  });
});

test("meanOrNewest always has something to say", () => {
  expect(meanOrNewest(samples([1500, 20], [500, 30]), "writesPerSecond", 3000, NOW)).toBe(25);
  expect(meanOrNewest(samples([9000, 1], [8000, 2]), "writesPerSecond", 3000, NOW)).toBe(2);
  expect(meanOrNewest([], "writesPerSecond", 3000, NOW)).toBe(0);
});
