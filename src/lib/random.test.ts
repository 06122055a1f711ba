import { describe, expect, test } from "bun:test";
import { randomId, seededRandom } from "./random.ts";

describe("seededRandom", () => {
  test("gives the same numbers for the same seed, on every machine", () => {
    const random = seededRandom(1);
    // Mulberry32's own first numbers for this seed.
    expect([random(), random(), random()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
  });

  test("gives other numbers for another seed, also for odd ones", () => {
    const first = [0, 1, 2, -1, 2 ** 32 + 7, 0.5].map((seed) => seededRandom(seed)());
    expect(new Set(first.map((number) => number.toFixed(9))).size).toBeGreaterThanOrEqual(5);
    for (const number of first) expect(number >= 0 && number < 1).toBe(true);
  });

  test("is spread evenly over [0, 1)", () => {
    const random = seededRandom(42);
    const tenths = new Array<number>(10).fill(0);
    for (let n = 0; n < 100_000; n++) tenths[Math.floor(random() * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

test("randomId has its length and only its letters, all of them", () => {
  const random = seededRandom(1);
  const ids = Array.from({ length: 1000 }, () => randomId(random, 12));
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{12}$/);
  expect(new Set(ids).size).toBe(1000);
  expect(new Set(ids.join("")).size).toBe(36);
  expect(randomId(random, 0)).toBe("");
  expect(randomId(() => 0.999999, 3)).toBe("zzz");
});
