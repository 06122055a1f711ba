import { describe, expect, test } from "bun:test";
import { fakeRun, fakeSweep, UNKNOWN_RUN } from "../../charts/fake-runs.ts";
import { bar } from "./bar.ts";
import { histogramLines } from "./histogram.ts";
import { renderSketch } from "./sketch.ts";
import { sparkline } from "./sparkline.ts";

const SCREEN = { columns: 80, unicode: true };
const PLAIN = { columns: 80, unicode: false };

describe("a sparkline", () => {
  test("stands from 0 to the largest value", () => {
    expect(sparkline([0, 1, 2, 4, 8], 10, true).text).toBe("▁▂▃▅█");
    expect(sparkline([0, 1, 2, 4, 8], 10, false).text).toBe("_.:=#");
  });

  test("leaves out what is not known, and draws nothing but zeros low", () => {
    expect(sparkline([null, 3, null], 10, true).text).toBe(" █ ");
    expect(sparkline([0, 0], 10, true).text).toBe("▁▁");
    expect(sparkline([], 10, true).text).toBe("");
  });

  test("shows the worst of each few where there is no room for all", () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 37 ? 8 : 1));
    const { text, each } = sparkline(values, 25, true);
    expect(each).toBe(4);
    expect(text).toHaveLength(25);
    expect(text.indexOf("█")).toBe(9);
  });
});

test.each([
  [0, true, "    "],
  [1, true, "████"],
  [0.5, true, "██  "],
  [0.0001, true, "▏   "],
  [0.34, true, "█▍  "],
  [0.5, false, "##  "],
  [0.0001, false, "#   "],
])("a bar of %p, with blocks: %p, is %p", (share, unicode, text) =>
  expect(bar(share, 4, unicode)).toBe(text),
);

describe("a histogram", () => {
  const bins = [
    { fromUs: 100, toUs: 200, count: 50 },
    { fromUs: 200, toUs: 500, count: 100 },
    { fromUs: 500, toUs: 1000, count: 0 },
    { fromUs: 1000, toUs: 2000, count: 1 },
  ];

  test("has a line per bin: its end, a bar, its count, and the share so far", () => {
    expect(histogramLines(bins, { columns: 50, unicode: false })).toEqual([
      "   up to                     deliveries     so far",
      "  0.2 ms  #########                  50    33.11 %",
      "  0.5 ms  #################         100  99.3377 %",
      "    1 ms                              0  99.3377 %",
      "    2 ms  #                           1      100 %",
    ]);
  });
});

describe("the sketch", () => {
  test.each([
    ["one run", [fakeRun("alone", 2000)]],
    ["a few", fakeSweep(3)],
    ["many", fakeSweep(20, 600)],
    ["long names", [fakeRun("x".repeat(300), 2000), fakeRun("20261121-025638-25x8.csv", 2000)]],
  ])("of %s keeps within the terminal", (_, runs) => {
    for (const columns of [80, 100, 250]) {
      const lines = renderSketch(runs, { columns, unicode: true }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns, 100));
    }
  });

  test("of one run: its spread, and p99 over time with its range", () => {
    const text = renderSketch([fakeRun("alone", 2000)], SCREEN);
    expect(text).toContain("Latency from scheduled: how many deliveries took how long");
    expect(text).toMatch(/\n {2}[▁-█]{12} {2}[\d.]+ ms to [\d.]+ ms, 1 s each\n$/);
  });

  test("of many: a line each", () => {
    const text = renderSketch(fakeSweep(5), SCREEN);
    expect(text).not.toContain("how many deliveries");
    expect(text.match(/^ {2}#\d 1 x \d0 {2}/gm)).toHaveLength(5);
  });

  test("has neither colours nor, where they would not be shown, blocks", () => {
    expect(renderSketch(fakeSweep(2), SCREEN)).not.toContain("\u001b");
    expect(renderSketch(fakeSweep(2), PLAIN)).toMatch(/^[ -~\n]*$/);
  });

  test("of what is not known is nothing", () => {
    expect(renderSketch([UNKNOWN_RUN], SCREEN)).toBe("");
    expect(renderSketch([], SCREEN)).toBe("");
  });
});
