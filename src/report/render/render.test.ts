import { describe, expect, test } from "bun:test";
import Papa from "papaparse";
import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import { parseThreshold } from "../../results/threshold.ts";
import { latencyCell, milliseconds } from "./cells.ts";
import { render } from "./render.ts";

const LATENCY: LatencySummary = {
  count: 39,
  mean: 1500.25,
  sd: 400,
  min: 840,
  max: 2_500_000,
  percentiles: [
    { percent: 50, valueUs: 1234 },
    { percent: 99.9, valueUs: null },
  ],
  curve: [],
  bins: [],
};

const RUN: RunSummary = {
  label: "results.csv",
  rooms: 25,
  roomSize: 16,
  clients: 400,
  sent: 10,
  expected: 1040,
  received: 39,
  sample: 1,
  repeated: 0,
  unmatched: 1,
  spanUs: 60_000_123,
  fromScheduled: LATENCY,
  fromSent: { ...LATENCY, max: 2_000_000 },
  disturbances: null,
  timeline: null,
  meta: null,
  notes: ["the run was interrupted before its time"],
};

const UNKNOWN: RunSummary = {
  ...RUN,
  label: "unknown",
  rooms: null,
  roomSize: null,
  expected: null,
  spanUs: null,
  fromScheduled: null,
  fromSent: null,
  notes: [],
};

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

function many(count: number, maxUs: number): RunSummary[] {
  const latency = { ...LATENCY, max: maxUs };
  return Array.from({ length: count }, (_, i) => ({
    ...RUN,
    label: `a-long-name-of-a-results-file-${i}.csv`,
    fromScheduled: latency,
    fromSent: latency,
  }));
}

describe("cells", () => {
  test.each([
    [null, "n/a"],
    [0, "0.000"],
    [840, "0.840"],
    [1234, "1.23"],
    [12_340, "12.3"],
    [123_400, "123"],
    [2_500_000, "2,500"],
    [-40, "-0.040"],
    [-2_500_000, "-2,500"],
  ])("%p us is %p ms", (us, text) => expect(latencyCell(us)).toBe(text));

  test("programs get exact milliseconds", () => {
    expect([1, 1234, 1500.25, 60_000_123, 0.1 + 0.2].map(milliseconds)).toEqual([
      0.001, 1.234, 1.50025, 60_000.123, 0.0003,
    ]);
  });
});

describe("table", () => {
  test("one run: both latencies side by side, then the notes", () => {
    const lines = render([RUN], "table").split("\n");
    expect(lines).toContain("│ results.csv │      25 x 16 │     400 │   10 │    1,040 │       39 │ 96.3 % │");
    expect(lines).toContain("│ ms    │ from scheduled │ from sent │");
    expect(lines).toContain("│ p50   │           1.23 │      1.23 │");
    expect(lines).toContain("│ p99.9 │            n/a │       n/a │");
    expect(lines).toContain("│ max   │          2,500 │     2,000 │");
    expect(lines.slice(-3)).toEqual(["Notes", "  the run was interrupted before its time", ""]);
  });

  test("several runs: numbered, side by side, a run without figures beside one with them", () => {
    const lines = render([RUN, UNKNOWN], "table").split("\n");
    expect(lines).toContain(
      "│ #2 unknown     │          n/a │     400 │   10 │      n/a │       39 │    n/a │",
    );
    expect(lines).toContain("│ ms    │    #1 │  #2 │");
    expect(lines).toContain("│ max   │ 2,000 │ n/a │");
    expect(lines).toContain("  #1 the run was interrupted before its time");
  });

  test("stays within 100 columns, and shows every run", () => {
    for (const runs of [many(1, 1), many(10, 50_000), many(10, 300_000_000), many(40, 300_000_000)]) {
      const text = render(runs, "table");
      expect(widest(text)).toBeLessThanOrEqual(100);
      const heads = runs.map((_, i) => `#${i + 1} │`);
      if (runs.length > 1) for (const head of heads) expect(text).toContain(head);
    }
    expect(render(many(10, 50_000), "table").match(/^│ ms /gm)).toHaveLength(2);
  });

  test("has no colours", () => expect(render([RUN, UNKNOWN], "table")).not.toContain("\u001b"));

  test("says when there is no plan, or nothing was delivered", () => {
    expect(render([{ ...RUN, fromScheduled: null }], "table")).toContain(
      "from scheduled: n/a, there is no plan",
    );
    expect(render([UNKNOWN], "table")).toContain("Latency: n/a, nothing was delivered");
    expect(render([UNKNOWN, UNKNOWN], "table")).toContain("Latency: n/a, nothing was delivered");
  });
});

describe("json", () => {
  test("is stable: the same keys for every run", () => {
    const { runs } = JSON.parse(render([RUN, UNKNOWN], "json"));
    expect(runs[0].latency.from_sent).toEqual({
      count: 39,
      mean_ms: 1.50025,
      sd_ms: 0.4,
      min_ms: 0.84,
      max_ms: 2000,
      percentiles: { "50": 1.234, "99.9": null },
      bins: { to_ms: [], count: [] },
    });
    expect(Object.keys(runs[1])).toEqual(Object.keys(runs[0]));
    expect(runs[1]).toMatchObject({
      rooms: null,
      loss: null,
      latency: { from_scheduled: null, from_sent: null },
    });
  });
});

describe("csv", () => {
  test("has one header and a row per run and latency", () => {
    expect(render([RUN, UNKNOWN], "csv")).toBe(
      [
        "run,rooms,room_size,clients,sent,expected,received,loss,repeated,unmatched,span_ms,latency,count," +
          "p50_ms,p99.9_ms,mean_ms,sd_ms,min_ms,max_ms",
        "results.csv,25,16,400,10,1040,39,0.9625,0,1,60000.123,scheduled,39,1.234,,1.50025,0.4,0.84,2500",
        "results.csv,25,16,400,10,1040,39,0.9625,0,1,60000.123,sent,39,1.234,,1.50025,0.4,0.84,2000",
        "unknown,,,400,10,,39,,0,1,,scheduled,0,,,,,,",
        "unknown,,,400,10,,39,,0,1,,sent,0,,,,,,",
        "",
      ].join("\n"),
    );
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1.csv", "'-1.csv"],
    ["@x", "'@x"],
    [" =1+1", "' =1+1"],
    ["＝1+1", "'＝1+1"],
    ["a=1+1", "a=1+1"],
    ['=a,"b"', '\'=a,"b"'],
    ['a,"b".csv', 'a,"b".csv'],
    ["plain.csv", "plain.csv"],
  ])("the label %p becomes the field %p", (label, field) => {
    const { data } = Papa.parse<string[]>(render([{ ...RUN, label }], "csv").trimEnd());
    expect(data[1]![0]).toBe(field);
    expect(data[1]).toHaveLength(data[0]!.length);
  });
});

describe("markdown", () => {
  test("is tables of equal width, then the notes", () => {
    expect(render([RUN, UNKNOWN], "markdown").split("\n")).toEqual([
      "| run | rooms x size | clients | sent | expected | received | loss |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
      "| results.csv | 25 x 16 | 400 | 10 | 1,040 | 39 | 96.3 % |",
      "| unknown | n/a | 400 | 10 | n/a | 39 | n/a |",
      "",
      "Latency of the deliveries, in ms:",
      "",
      "| run | from | p50 | p99.9 | mean | sd | min | max |",
      "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
      "| results.csv | scheduled | 1.23 | n/a | 1.50 | 0.400 | 0.840 | 2,500 |",
      "| results.csv | sent | 1.23 | n/a | 1.50 | 0.400 | 0.840 | 2,000 |",
      "| unknown | scheduled | n/a | n/a | n/a | n/a | n/a | n/a |",
      "| unknown | sent | n/a | n/a | n/a | n/a | n/a | n/a |",
      "",
      "Notes:",
      "",
      "- results.csv: the run was interrupted before its time",
      "",
    ]);
  });

  test("escapes what would be markup", () => {
    const text = render([{ ...RUN, label: "a|b_*[x](y)`<b>" }], "markdown");
    expect(text).toContain("| a\\|b\\_\\*\\[x\\](y)\\`\\<b\\> | 25 x 16 |");
  });
});

describe("thresholds", () => {
  const verdicts = [
    { threshold: parseThreshold("p99<250ms"), actual: 312_000, held: false, reason: null },
    { threshold: parseThreshold("loss==0"), actual: 0, held: true, reason: null },
    { threshold: parseThreshold("send_lag<9ms"), actual: null, held: false, reason: "nobody knows" },
  ];

  test("of one run are a table of their own", () => {
    const lines = render([{ ...RUN, verdicts }], "table").split("\n");
    expect(lines).toContain("│ p99<250ms    │ 312 ms │               failed │");
    expect(lines).toContain("│ loss==0      │    0 % │                 held │");
    expect(lines).toContain("│ send_lag<9ms │    n/a │ failed: nobody knows │");
  });

  test("of several runs are told apart, and there are none without them", () => {
    const text = render([RUN, { ...RUN, verdicts }], "table");
    expect(text).toContain("│ #2 p99<250ms ");
    expect(text).not.toContain("│ #1 p99<250ms ");
    expect(render([RUN], "table")).not.toContain("Thresholds");
    expect(render([RUN], "markdown")).not.toContain("Thresholds");
  });

  test("in markdown and JSON", () => {
    const text = render([{ ...RUN, verdicts }], "markdown");
    expect(text).toContain("| results.csv | p99\\<250ms | 312 ms | failed |");
    const { runs } = JSON.parse(render([{ ...RUN, verdicts }], "json"));
    expect(runs[0].thresholds[0]).toEqual({
      ...{ threshold: "p99<250ms", actual: 312, unit: "ms", held: false, reason: null },
    });
  });
});
