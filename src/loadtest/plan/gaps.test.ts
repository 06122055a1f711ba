import { expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { exactly } from "../../lib/range.ts";
import { gapsOf } from "./gaps.ts";

const MANY = 20_000;

function draw(next: () => number): number[] {
  return Array.from({ length: MANY }, next);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("fixed: the same gap after a random phase", () => {
  const gaps = gapsOf(exactly(100), "fixed", seededRandom(1));
  expect(new Set(draw(gaps.next))).toEqual(new Set([100]));
  const phases = draw(gaps.first);
  expect(Math.min(...phases)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...phases)).toBeLessThan(100);
  expect(mean(phases)).toBeCloseTo(50, -1);
});

test("a range: every gap within it, on average in its middle", () => {
  const values = draw(gapsOf({ min: 500, max: 1500 }, "fixed", seededRandom(2)).next);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...values)).toBeLessThanOrEqual(1500);
  expect(mean(values)).toBeWithin(985, 1015);
});

test("poisson: the mean is the interval, and so is the standard deviation", () => {
  const values = draw(gapsOf(exactly(100), "poisson", seededRandom(3)).next);
  const average = mean(values);
  const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
  expect(average).toBeWithin(97, 103);
  expect(deviation).toBeWithin(96, 104);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
});

test("the seed decides", () => {
  const of = (seed: number) => draw(gapsOf({ min: 1, max: 9 }, "fixed", seededRandom(seed)).first);
  expect(of(5)).toEqual(of(5));
  expect(of(5)).not.toEqual(of(6));
});
