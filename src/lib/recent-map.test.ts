import { expect, test } from "bun:test";
import { RecentMap } from "./recent-map.ts";

test("the newest are there, and never twice as many as a generation holds", () => {
  const map = new RecentMap<number>(10);
  for (let i = 0; i < 95; i++) {
    map.set(`${i}`, i);
    for (let newer = Math.max(0, i - 9); newer <= i; newer++) expect(map.get(`${newer}`)).toBe(newer);
    if (i >= 20) expect(map.get(`${i - 20}`)).toBeUndefined();
  }
});
