import { expect, test } from "bun:test";
import { parseThreshold } from "../../results/threshold.ts";
import { judged } from "../../results/threshold-judge.ts";
import { compareRuns } from "./compare.ts";
import { runWith } from "./fake-pair.ts";
import { renderComparisons } from "./render.ts";

const before = runWith(0, { label: "old.csv", notes: ["it was interrupted"] });
const run = judged(runWith(20_000, { label: "new.csv" }), [parseThreshold("p99<100ms")], before);
const COMPARISONS = [compareRuns({ run, before }, [50, 99])];
const ALONE = [compareRuns({ run: runWith(0, { label: "lonely.csv" }), before: null }, [50])];

test("a table for people", () => {
  const lines = renderComparisons(COMPARISONS, "table").split("\n");
  expect(lines[0]).toBe("new.csv against old.csv");
  expect(lines).toContain("│ figure        │  before │     now │ difference │    in % │ change │");
  expect(lines).toContain("│ p50           │ 50.0 ms │ 70.0 ms │   +20.0 ms │   +40 % │  worse │");
  expect(lines).toContain("│ loss          │     0 % │     0 % │        0 % │     0 % │   same │");
  expect(lines).toContain("│ p99<100ms │ held: 99.0 ms │ failed: 119 ms │");
  expect(lines).toContain("- before: it was interrupted");
  expect(renderComparisons(ALONE, "table")).toBe("lonely.csv\n\n- the baseline has no run like it\n");
});

test("markdown", () => {
  const text = renderComparisons(COMPARISONS, "markdown");
  expect(text).toContain("| p50 | 50.0 ms | 70.0 ms | +20.0 ms | +40 % | worse |");
  expect(text).toContain("| p99\\<100ms | held: 99.0 ms | failed: 119 ms |");
});

test("JSON holds the runs as ever, and the comparisons", () => {
  const report = JSON.parse(renderComparisons([...COMPARISONS, ...ALONE], "json"));
  expect(report.runs).toHaveLength(2);
  expect(report.comparisons[0]).toMatchObject({ label: "new.csv", baseline: "old.csv" });
  expect(report.comparisons[0].figures[0]).toEqual({
    ...{
      figure: "p50",
      unit: "ms",
      before: 50,
      now: 70,
      difference: 20,
      relative_change: 0.4,
      change: "worse",
    },
  });
  expect(report.comparisons[0].thresholds[0]).toMatchObject({ now: { held: false }, before: { held: true } });
  expect(report.comparisons[1]).toMatchObject({ baseline: null, figures: [] });
});

test("CSV", () => {
  const lines = renderComparisons([...COMPARISONS, ...ALONE], "csv").split("\n");
  expect(lines[0]).toBe("run,baseline,figure,unit,before,now,difference,relative_change,change");
  expect(lines).toContain("new.csv,old.csv,p50,ms,50,70,20,0.4,worse");
  expect(lines).toContain("new.csv,old.csv,loss,fraction,0,0,0,,same");
  expect(lines).toHaveLength(10);
});
