import { expect, test } from "bun:test";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLatency,
  formatPercent,
  formatWait,
} from "./format.ts";

test.each([
  [0, "0ms"],
  [250, "250ms"],
  [1000, "1s"],
  [1500, "1.5s"],
  [1234, "1234ms"],
  [60_000, "1m"],
  [90_000, "1.5m"],
  [3_600_000, "1h"],
])("formatDuration(%p) is %p", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [0, "0.000 ms"],
  [840, "0.840 ms"],
  [1234, "1.23 ms"],
  [56_780, "56.8 ms"],
  [567_800, "568 ms"],
  [2_500_000, "2.50 s"],
  [1_234_500_000, "1,235 s"],
  [-1500, "-1.50 ms"],
])("formatLatency(%p) is %p", (us, text) => expect(formatLatency(us)).toBe(text));

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1_234_567, "1,234,567"],
  [1234.6, "1,235"],
])("formatCount(%p) is %p", (count, text) => expect(formatCount(count)).toBe(text));

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [65_536, "64 KiB"],
  [1536, "1.5 KiB"],
  [2 ** 50, "1024 TiB"],
])("formatBytes(%p) is %p", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, "0 %"],
  [1, "100 %"],
  [0.05667, "5.67 %"],
  [0.17193, "17.2 %"],
  [-0.17193, "-17.2 %"],
  [0.99951, ">99.9 %"],
  [-0.99999, "<-99.9 %"],
  [0.999, "99.9 %"],
  [12.3456, "1,235 %"],
  [0.0000001, "<0.001 %"],
  [-0.0000001, ">-0.001 %"],
  [0.5, "50 %"],
])("formatPercent(%p) is %p", (fraction, text) => expect(formatPercent(fraction)).toBe(text));

test.each([
  [0, "0s"],
  [59_400, "59s"],
  [260_400, "4m 20s"],
  [3_599_900, "1h 0m"],
  [3_900_000, "1h 5m"],
])("formatWait(%p) is %p", (ms, text) => expect(formatWait(ms)).toBe(text));
