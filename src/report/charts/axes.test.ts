import { expect, test } from "bun:test";
import { niceEnd, oneTwoFive, shortLatency } from "./axes.ts";
import { fitText } from "./text.ts";

test.each([
  [3, 70, [2, 5, 10, 20, 50, 100]],
  [1000, 1000, [1000, 2000]],
  [-5, 0, [1, 2]],
  [40, 49, [20, 50]],
])("an axis over %p to %p is named at %p", (min, max, ticks) => expect(oneTwoFive(min, max)).toEqual(ticks));

test.each([
  [0, 1],
  [1, 1],
  [1.01, 1.2],
  [43.4, 50],
  [99, 100],
  [0.0021, 0.0025],
])("a linear axis for %p ends at %p", (value, end) => expect(niceEnd(value)).toBeCloseTo(end, 12));

test.each([
  [1, "1 µs"],
  [200, "200 µs"],
  [5000, "5 ms"],
  [20_000_000, "20 s"],
])("%p us is %p", (us, text) => expect(shortLatency(us)).toBe(text));

test("a text that does not fit keeps its end", () => {
  expect(fitText("20261121-025638-25x8.csv", 100, 14)).toBe("…8-25x8.csv");
  expect(fitText("short", 100, 14)).toBe("short");
});
