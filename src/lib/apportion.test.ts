import { describe, expect, test } from "bun:test";
import { apportion, type RoomsDistribution } from "./apportion.ts";

const UNIFORM: RoomsDistribution = { kind: "uniform" };
const zipf = (exponent: number): RoomsDistribution => ({ kind: "zipf", exponent });
const sum = (sizes: number[]): number => sizes.reduce((all, size) => all + size, 0);

describe("uniform", () => {
  test("alike where it comes out even, the first ones larger by one where not", () => {
    expect(apportion(100, 5, UNIFORM)).toEqual([20, 20, 20, 20, 20]);
    expect(apportion(8, 3, UNIFORM)).toEqual([3, 3, 2]);
  });

  test("more rooms than clients leaves rooms empty", () =>
    expect(apportion(2, 4, UNIFORM)).toEqual([1, 1, 0, 0]));
});

describe("zipf", () => {
  test("the k-th room has 1/k of the first", () => {
    expect(apportion(1100, 4, zipf(1))).toEqual([528, 264, 176, 132]);
  });

  test("exponent 0 is uniform", () => expect(apportion(9, 3, zipf(0))).toEqual([3, 3, 3]));

  test("a steep one leaves the tail empty", () => expect(apportion(10, 5, zipf(4))).toEqual([9, 1, 0, 0, 0]));
});

test.each([
  [1, 1, UNIFORM],
  [1, 7, zipf(1.1)],
  [999_983, 1009, zipf(1.1)],
  [100_000, 300, zipf(0.7)],
  [1_000_000, 7, UNIFORM],
  [12_345, 20_000, zipf(2)],
])("%d clients in %d rooms: none is lost, and the largest rooms come first", (total, rooms, distribution) => {
  const sizes = apportion(total, rooms, distribution);
  expect(sizes).toHaveLength(rooms);
  expect(sum(sizes)).toBe(total);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0);
});
