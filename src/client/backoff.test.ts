import { describe, expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { reconnectDelay } from "./backoff.ts";

describe("reconnectDelay", () => {
  test("is anything from nothing to a window that doubles up to 15 s", () => {
    const windows = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000];
    for (const [attempt, window] of windows.entries()) {
      expect(reconnectDelay(attempt, () => 0)).toBe(0);
      expect(reconnectDelay(attempt, () => 0.5)).toBe(window / 2);
    }
    expect(reconnectDelay(1e9, () => 0.5)).toBe(7500);
  });

  test("adds what the server asks for, by chance too", () => {
    expect(reconnectDelay(0, () => 0.5, 2000)).toBe(125 + 1000);
    const random = seededRandom(1);
    for (let attempt = 0; attempt < 1000; attempt++) {
      const delay = reconnectDelay(attempt % 20, random, 2000);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(17_000);
    }
  });
});
