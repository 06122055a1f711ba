import { describe, expect, test } from "bun:test";
import { type Attempt, bracketOf, nextLoad, type SearchBounds } from "./search.ts";

const BOUNDS: SearchBounds = {
  start: 100,
  least: 1,
  most: 1_000_000,
  resolution: 0.05,
  quantise: Math.round,
};

/** Searches against a server that answers `result`; the attempts in order. */
function search(
  result: (load: number, attempt: number) => Attempt["result"],
  bounds: Partial<SearchBounds> = {},
): Attempt[] {
  const attempts: Attempt[] = [];
  for (;;) {
    const load = nextLoad(attempts, { ...BOUNDS, ...bounds });
    if (load === null) return attempts;
    if (attempts.length === 100) throw new Error("the search does not end");
    attempts.push({ load, result: result(load, attempts.length) });
  }
}

const loads = (attempts: Attempt[]) => attempts.map(({ load }) => load);
const upTo = (limit: number) => (load: number) => (load <= limit ? "held" : "broke");

describe("the search", () => {
  test("doubles, bisects, and tries the two that enclose the limit again", () => {
    const attempts = search(upTo(830));
    expect(loads(attempts)).toEqual([100, 200, 400, 800, 1600, 1200, 1000, 900, 850, 825, 825, 825, 850]);
    expect(bracketOf(attempts)).toEqual({ good: 825, bad: 850 });
  });

  test("halves when the first load breaks", () => {
    expect(loads(search(upTo(30))).slice(0, 4)).toEqual([100, 50, 25, 38]);
    expect(bracketOf(search(upTo(30)))).toEqual({ good: 30, bad: 31 });
  });

  test("finds any limit within its resolution, in few runs", () => {
    for (const limit of [1, 2, 3, 7, 99, 100, 101, 777, 12_345, 999_999]) {
      const attempts = search(upTo(limit));
      const { good, bad } = bracketOf(attempts);
      expect(good!).toBeLessThanOrEqual(limit);
      expect(bad!).toBeGreaterThan(limit);
      expect(bad! - good!).toBeLessThanOrEqual(Math.max(1, good! * 0.05));
      expect(attempts.length).toBeLessThan(30);
    }
  });

  test("nothing holds, not even the least", () => {
    const attempts = search(() => "broke");
    expect(loads(attempts)).toEqual([100, 50, 25, 13, 7, 4, 2, 1]);
    expect(bracketOf(attempts)).toEqual({ good: null, bad: 1 });
  });

  test("everything holds: the most is confirmed", () => {
    expect(loads(search(() => "held", { most: 350 }))).toEqual([100, 200, 350, 350, 350]);
  });

  test("a load beyond this machine is not tried again", () => {
    const attempts = search((load) => (load > 250 ? "beyond" : "held"), { resolution: 0.5 });
    expect(loads(attempts)).toEqual([100, 200, 400, 300, 200, 200]);
    expect(bracketOf(attempts)).toEqual({ good: 200, bad: 300 });
  });

  test("a load that held once and then broke does not hold: the search goes on below", () => {
    const attempts = search((load, attempt) => (load > 800 || attempt === 10 ? "broke" : "held"));
    const { good, bad } = bracketOf(attempts);
    expect(attempts[10]).toEqual({ load: 800, result: "broke" });
    expect(bad).toBe(800);
    expect(attempts.filter(({ load }) => load === good)).toHaveLength(3);
  });

  test("ends however much the runs contradict each other", () => {
    for (let seed = 0; seed < 50; seed++) {
      const noise = (load: number, attempt: number) => (load * 31 + attempt * 17 + seed * 7) % 10 < 4;
      expect(search((load, attempt) => (noise(load, attempt) ? "broke" : "held")).length).toBeLessThan(100);
    }
  });

  test("loads that are not whole numbers", () => {
    // Messages a second of a client, with intervals of whole milliseconds.
    const quantise = (rate: number) => 1000 / Math.max(1, Math.round(1000 / rate));
    const attempts = search(upTo(22), { start: 1, least: 0.001, most: 1000, quantise });
    const { good, bad } = bracketOf(attempts);
    expect([1000 / good!, 1000 / bad!].map(Math.round)).toEqual([46, 44]);
  });
});
