import { describe, expect, test } from "bun:test";
import { META } from "../../results/fake-run.ts";
import { parseThreshold } from "../../results/threshold.ts";
import { judged } from "../../results/threshold-judge.ts";
import { changeOf, compareRuns } from "./compare.ts";
import { runWith } from "./fake-pair.ts";
import { matchRuns } from "./match.ts";

describe("changeOf", () => {
  test.each([
    ["time", 100_000, 105_000, "same"],
    ["time", 100_000, 105_001, "worse"],
    ["time", 100_000, 94_000, "better"],
    ["time", 300, 399, "same"], // Less than 0.1 ms.
    ["time", 300, 401, "worse"],
    ["rate", 1000, 951, "same"],
    ["rate", 1000, 949, "worse"],
    ["rate", 1000, 1051, "better"],
    ["share", 0, 0.000_001, "worse"],
    ["share", 0.01, 0.01, "same"],
    ["count", 1, 0, "better"],
    ["time", null, 5, null],
    ["time", 5, null, null],
  ] as const)("%s from %p to %p is %p", (unit, before, now, change) => {
    expect(changeOf(unit, before, now)).toBe(change);
  });
});

describe("compareRuns", () => {
  const figures = (run: ReturnType<typeof runWith>, before = runWith(0)) => {
    const { deltas } = compareRuns({ run, before }, [50, 99]);
    return Object.fromEntries(deltas.map(({ metric, change }) => [metric.name, change]));
  };

  test("every figure beside the one before", () => {
    expect(figures(runWith(4000, { received: 990, spanUs: 990_000 }))).toEqual({
      ...{ p50: "worse", p99: "same", mean: "worse", sd: "same", max: "same" },
      ...{ loss: "worse", repeated: "same", received_rate: "same" },
    });
  });

  test("from sent where one of both has no plan", () => {
    const changes = figures(runWith(0), runWith(0, { fromScheduled: null }));
    expect(changes).toMatchObject({ p50_sent: "same", max_sent: "same" });
    expect(changes).not.toHaveProperty("p50");
  });

  test("thresholds are judged in both, those relative to the baseline against it", () => {
    const before = runWith(0);
    const thresholds = ["p99<100ms", "p99<=110%", "p50<=110%"].map(parseThreshold);
    const run = judged(runWith(9000), thresholds, before);
    const { thresholds: verdicts } = compareRuns({ run, before }, [50]);
    expect(verdicts.map(({ now, before }) => [now.held, before?.held])).toEqual([
      [false, true],
      [true, true],
      [false, true],
    ]);
  });

  test("tells what was not the same in both tests", () => {
    const meta = { ...META, interval_ms: 500, dialect: "plain", host: { ...META.host, cores: 4 } };
    const { notes } = compareRuns({ run: runWith(0, { rooms: 2, meta }), before: runWith(0) }, [50]);
    expect(notes).toEqual([
      "not the same test: rooms x size 2 x 10, was 1 x 10",
      "not the same test: interval 500ms, was 1s",
      "not the same test: dialect plain, was native",
      "not the same test: machine 4 x a processor, was 2 x a processor",
    ]);
  });

  test("a run that the baseline does not have", () => {
    const run = judged(runWith(0), [parseThreshold("p99<=110%")], null);
    expect(compareRuns({ run, before: null }, [50])).toMatchObject({
      deltas: [],
      thresholds: [{ now: { held: false }, before: null }],
      notes: ["the baseline has no run like it"],
    });
  });
});

describe("matchRuns", () => {
  const named = (label: string, rooms = 1) => runWith(0, { label, rooms });
  const matched = (runs: ReturnType<typeof named>[], baseline: ReturnType<typeof named>[]) =>
    matchRuns(runs, baseline).map(({ before }) => before?.label ?? null);

  test("two that are alone belong together, whatever they are", () => {
    expect(matched([named("a", 1)], [named("b", 2)])).toEqual(["b"]);
  });

  test("several by their names, else by their rooms where that is unique", () => {
    const baseline = [named("a", 1), named("x", 2), named("y", 3), named("z", 3)];
    const runs = [named("a", 2), named("b", 2), named("c", 3), named("d", 4)];
    expect(matched(runs, baseline)).toEqual(["a", "x", null, null]);
  });
});
