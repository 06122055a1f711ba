import { describe, expect, test } from "bun:test";
import { Distribution } from "./distribution.ts";
import { Histogram } from "./histogram.ts";
import { seededRandom } from "./random.ts";

describe("Histogram", () => {
  test("is empty without values", () => {
    expect(new Histogram().percentile(50)).toBeNull();
    expect(new Histogram().count).toBe(0);
  });

  test("is never below the exact percentile and at most 1/128 above it", () => {
    const random = seededRandom(7);
    const histogram = new Histogram();
    const exact = new Distribution();
    for (let i = 0; i < 50_000; i++) {
      const value = Math.floor(10 ** (random() * 9));
      histogram.add(value);
      exact.add(value);
    }
    for (const percent of [1, 10, 50, 90, 99, 100]) {
      const wanted = exact.percentiles([percent])[0]!;
      const got = histogram.percentile(percent)!;
      expect(got).toBeGreaterThanOrEqual(wanted);
      expect(got).toBeLessThanOrEqual(wanted * (1 + 1 / 128));
    }
  });

  test.each([0, 1, 127, 128, 129, 255, 256])("holds %p, close to where buckets change", (value) => {
    const histogram = new Histogram();
    histogram.add(value);
    const got = histogram.percentile(50)!;
    expect(got).toBeGreaterThanOrEqual(value);
    expect(got - value).toBeLessThanOrEqual(value / 128);
  });

  test("counts negative values as zero and huge ones in the last bucket", () => {
    const histogram = new Histogram();
    histogram.add(-5);
    histogram.add(1e15);
    expect(histogram.percentile(50)).toBe(0);
    expect(histogram.percentile(100)).toBe(2 ** 32 - 1);
  });

  test("starts again after a reset", () => {
    const histogram = new Histogram();
    histogram.add(1000);
    histogram.reset();
    expect(histogram.count).toBe(0);
    expect(histogram.percentile(99)).toBeNull();
  });
});
