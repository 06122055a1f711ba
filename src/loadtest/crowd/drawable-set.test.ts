import { expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { DrawableSet } from "./drawable-set.ts";

test("what is in it can be drawn, each as often as any other, and what is not cannot", () => {
  const random = seededRandom(1);
  const set = new DrawableSet<number>();
  expect(set.draw(random)).toBeNull();
  for (const item of [1, 2, 3, 4, 5, 6, 3]) set.add(item);
  for (const item of [1, 6, 4, 9]) set.delete(item);
  expect(set.size).toBe(3);
  const drawn = Map.groupBy(
    Array.from({ length: 3000 }, () => set.draw(random)),
    (item) => item,
  );
  expect([...drawn.keys()].sort()).toEqual([2, 3, 5]);
  for (const times of drawn.values()) expect(times.length).toBeWithin(900, 1100);
});
