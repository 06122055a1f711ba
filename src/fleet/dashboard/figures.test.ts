import { expect, test } from "bun:test";
import {
  FIGURES,
  formatLag,
  formatMemory,
  formatMoment,
  formatRate,
  formatShort,
  pressureOf,
} from "./figures.ts";

test("short numbers have three digits and a letter", () => {
  expect([0, 7, 999, 1000, 12_345, 999_499, 999_500, 1_500_000, 2.5e9].map(formatShort)).toEqual([
    ...["0", "7", "999", "1k", "12.3k", "999k", "1M", "1.5M", "2.5G"],
  ]);
  expect(formatShort(0.25)).toBe("0.25");
  expect(formatShort(999.7)).toBe("1k");
});

test("rates keep a decimal only where it says something", () => {
  expect([0, 0.04, 3.14, 9.99, 10.4, 12_345.6].map(formatRate)).toEqual([
    ...["0", "0.0", "3.1", "10.0", "10", "12,346"],
  ]);
});

test("lag and memory carry their unit", () => {
  expect([0, 0.42, 12.34, 99.96, 350, 1200].map(formatLag)).toEqual([
    ...["0.0 ms", "0.4 ms", "12.3 ms", "100 ms", "350 ms", "1.20 s"],
  ]);
  expect([0, 512, 64 * 2 ** 20, 1010 * 2 ** 20, 1.21 * 2 ** 30].map(formatMemory)).toEqual([
    ...["0 B", "512 B", "64 MiB", "0.986 GiB", "1.21 GiB"],
  ]);
});

test("a moment says its day once it is not today's news", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  expect(formatMoment(now - 1000, now)).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(formatMoment(now - 36 * 3_600_000, now)).toMatch(/^(19|20) Nov \d\d:\d\d:\d\d$/);
});

test("pressure begins where another server is looked for", () => {
  expect([0.79, 0.8, 0.99, 1, 3].map(pressureOf)).toEqual(["calm", "high", "high", "over", "over"]);
});

test("each figure of the series has its chart", () => {
  expect(FIGURES.map(({ key }) => key)).toEqual([
    ...(["connections", "writes_per_s", "loop_lag_ms", "memory_rss_bytes"] as const),
  ]);
});
