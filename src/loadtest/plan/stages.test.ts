import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { durationOf, meansOf, peakOf, type Stage, staysOf } from "./stages.ts";

const UP_AND_DOWN: Stage[] = [
  { duration: 10, clients: 10 },
  { duration: 20, clients: 10 },
  { duration: 10, clients: 0 },
];

/** How many clients the stages want at a time: the line between the two ends of the stage. */
function levelAt(stages: readonly Stage[], ms: number): number {
  let [start, level] = [0, 0];
  for (const { duration, clients } of stages) {
    if (ms < start + duration) return level + ((clients - level) * (ms - start)) / duration;
    start += duration;
    level = clients;
  }
  return level;
}

describe("staysOf", () => {
  test("comes as the number rises, stays while it does, goes as it falls", () => {
    expect(staysOf(UP_AND_DOWN, 0)).toEqual([{ from: 0.5, to: 39.5 }]);
    expect(staysOf(UP_AND_DOWN, 9)).toEqual([{ from: 9.5, to: 30.5 }]);
    expect(staysOf(UP_AND_DOWN, 10)).toEqual([]);
  });

  test("at any time as many are there as the stages say, to the nearest client", () => {
    const random = seededRandom(4);
    for (let round = 0; round < 50; round++) {
      const stages = Array.from({ length: 6 }, () => ({
        duration: 1 + Math.floor(random() * 100),
        clients: Math.floor(random() * 40),
      }));
      const stays = Array.from({ length: 40 }, (_, index) => staysOf(stages, index)).flat();
      for (let probe = 0; probe < 20; probe++) {
        const ms = random() * durationOf(stages);
        const there = stays.filter(({ from, to }) => from <= ms && ms < to).length;
        expect(Math.abs(there - levelAt(stages, ms))).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    }
  });
});

test("the most, the mean and the length of stages", () => {
  expect([peakOf(UP_AND_DOWN), durationOf(UP_AND_DOWN)]).toEqual([10, 40]);
  expect(meansOf(UP_AND_DOWN).clients).toBe(7.5);
  expect(meansOf(UP_AND_DOWN).squares).toBeCloseTo(200 / 3, 9);
});
