import { describe, expect, test } from "bun:test";
import { Distribution } from "./distribution.ts";
import { seededRandom } from "./random.ts";

const PERCENTS = [0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

function of(values: Iterable<number>): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

/** Nearest rank by its definition, in whole numbers: 99.9 % is 99,900 of 100,000. */
function nearestRank(sorted: readonly number[], percent: number): number {
  const rank = Number((BigInt(Math.round(percent * 1000)) * BigInt(sorted.length) + 99_999n) / 100_000n);
  return sorted[Math.max(1, rank) - 1]!;
}

describe("Distribution", () => {
  const shapes: Record<string, (random: () => number) => number> = {
    "under a second": (random) => Math.floor(random() ** 3 * 900_000),
    "around the limit of the dense part": (random) => 2 ** 20 - 50 + Math.floor(random() * 100),
    "many seconds": (random) => Math.floor(random() ** 2 * 90_000_000),
    "over an hour and far less": (random) => Math.floor(random() ** 6 * 2 ** 34),
    "negative and positive": (random) => Math.floor((random() - 0.3) * 3_000_000),
    "only negative": (random) => -1 - Math.floor(random() * 5_000_000),
    "few different values": (random) => Math.floor(random() * 5),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    test.each([1, 2, 9, 10, 1000, 10_000, 140_001])(
      `agrees with a sorted list: ${name}, %p values`,
      (count) => {
        const random = seededRandom(count);
        const values = Array.from({ length: count }, () => shape(random));
        const sorted = values.toSorted((a, b) => a - b);
        const wanted = PERCENTS.map((percent) => nearestRank(sorted, percent));
        expect(of(values).percentiles(PERCENTS)).toEqual(wanted);
      },
    );
  }

  test.each(Object.entries(shapes))("parts that are merged are the whole: %s", (_name, shape) => {
    const random = seededRandom(11);
    const values = Array.from({ length: 5000 }, () => shape(random));
    const merged = of(values.slice(0, 700));
    for (const part of [values.slice(700, 4000), [], values.slice(4000)]) {
      merged.merge(structuredClone(of(part).state()));
    }
    const whole = of(values);
    expect(merged.percentiles(PERCENTS)).toEqual(whole.percentiles(PERCENTS));
    const figures = ({ count, min, max, mean, sd }: Distribution) => ({ count, min, max, mean, sd });
    expect(figures(merged)).toEqual(figures(whole));
    expect(figures(of(values.toReversed()))).toEqual(figures(whole));
  });

  test.each(Object.entries(shapes))("counts how many are at most so large: %s", (_name, shape) => {
    const random = seededRandom(12);
    const values = Array.from({ length: 3000 }, () => shape(random));
    const bounds = [0, 1, 4, 999, 2 ** 20 - 1, 2 ** 20, 5_000_000, 2 ** 33];
    const wanted = bounds.map((bound) => values.filter((value) => value <= bound).length);
    expect(of(values).countsUpTo(bounds)).toEqual(wanted);
  });

  test("is empty without values", () => {
    const { count, mean, sd, min, max } = new Distribution();
    expect({ count, mean, sd, min, max }).toEqual({ count: 0, mean: null, sd: null, min: null, max: null });
    expect(new Distribution().percentiles([50, 99])).toEqual([null, null]);
  });

  test("gives mean, standard deviation of the population, least and largest value", () => {
    const { count, mean, sd, min, max } = of([2, 4, 4, 4, 5, 5, 7, 9]);
    expect({ count, mean, sd, min, max }).toEqual({ count: 8, mean: 5, sd: 2, min: 2, max: 9 });
  });

  test("keeps small differences of large values", () => {
    const { mean, sd } = of([1e15, 1e15 + 2, 1e15 + 4]);
    expect(mean).toBe(1e15 + 2);
    expect(sd).toBeCloseTo(Math.sqrt(8 / 3), 9);
  });

  test("answers in the order of the question, repeats included", () => {
    const distribution = of([1, 2, 3, 4]);
    expect(distribution.percentiles([100, 25, 50, 25])).toEqual([4, 1, 2, 1]);
  });

  test("is not confused by binary fractions: 99.9 % of 10,000 is the 9,990th", () => {
    const distribution = of(Array.from({ length: 10_000 }, (_, i) => i + 1));
    expect(distribution.percentiles([99.9, 99.99, 0.01])).toEqual([9990, 9999, 1]);
  });

  test("takes more values after it was asked", () => {
    const distribution = of([5, 2_000_000]);
    expect(distribution.percentiles([50, 100])).toEqual([5, 2_000_000]);
    distribution.add(3_000_000);
    distribution.add(-1);
    distribution.add(1_500_000);
    expect(distribution.percentiles([1, 40, 60, 80, 100])).toEqual([-1, 5, 1_500_000, 2_000_000, 3_000_000]);
  });
});
