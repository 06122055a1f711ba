import { describe, expect, test } from "bun:test";
import type { RunSummary } from "../../results/summary.ts";
import type { Chart, ChartOption } from "./chart.ts";
import { chartsFor } from "./charts.ts";
import { fixedColours, pageColours } from "./colours.ts";
import { deliveries } from "./deliveries.ts";
import { draw } from "./draw.ts";
import { fakeRun, fakeSweep, UNKNOWN_RUN } from "./fake-runs.ts";
import { generatorHealth } from "./generator-health.ts";
import { meanLatency } from "./mean-latency.ts";
import { latencyOverTime, rateOverTime } from "./over-time.ts";
import { nines, percentileCurve } from "./percentile-curve.ts";
import { overLimit, percentileGrid, percentileGridWithin } from "./percentile-grid.ts";
import { elementsOf } from "./test-markup.ts";

const ONE = [fakeRun("alone", 2000)];
const FEW = fakeSweep(3);

interface Drawn {
  name?: string;
  data: Array<number | null | number[] | { value: number | string; label?: { formatter?: string } }>;
}

function plot(chart: Chart, runs: readonly RunSummary[], limitUs: number | null = null) {
  const drawn = chart.plot(runs, { colours: fixedColours(runs.length), limitUs })!;
  return { ...drawn, series: [drawn.option.series].flat() as unknown as Drawn[] };
}

function titles(option: ChartOption): string[] {
  return [option.title].flat().map((title) => String(title?.text));
}

function ys({ data }: Drawn): Array<number | null> {
  return data.map((point) => (point as [number, number | null])[1]);
}

describe.each(chartsFor(2_000_000).map((chart): [string, Chart] => [chart.name, chart]))("%s", (_, chart) => {
  test("draws one run and many, in colours of its own and in those of the page", () => {
    for (const runs of [ONE, FEW, fakeSweep(20)]) {
      for (const colours of [fixedColours(runs.length), pageColours(runs.length)]) {
        const drawn = chart.plot(runs, { colours, limitUs: 5000 })!;
        const svg = draw(drawn);
        expect(elementsOf(svg)).not.toContain("style");
        expect(drawn.leftOut).toEqual([]);
        expect(svg).toContain(`height="${drawn.height}"`);
        expect(svg).not.toMatch(/NaN|undefined|Infinity|class=/);
      }
    }
  });

  test("draws nothing where nothing is known, and names the runs that it leaves out", () => {
    const look = { colours: fixedColours(2), limitUs: null };
    expect(chart.plot([UNKNOWN_RUN], look)).toBeNull();
    expect(chart.plot([ONE[0]!, UNKNOWN_RUN], look)!.leftOut).toEqual(["unknown"]);
  });

  test("states what it shows, and why it is missing", () => {
    expect(chart.title.length).toBeGreaterThan(10);
    expect(chart.without).toStartWith("n/a: ");
  });
});

describe("the percentile curve", () => {
  test("places p90, p99 and p99.9 at equal distances, in logarithms of the latency", () => {
    expect([90, 99, 99.9].map(nines).map((value) => Number(value.toFixed(9)))).toEqual([1, 2, 3]);
    const { series } = plot(percentileCurve, FEW);
    const [curve] = series.filter(({ data }) => data.length > 40);
    const p50 = FEW[0]!.fromScheduled!.percentiles.find(({ percent }) => percent === 50)!.valueUs!;
    expect(curve!.data).toContainEqual([nines(50), Math.log10(p50)]);
  });

  test("leaves out what is not worth quoting, and p100", () => {
    const run = FEW[0]!;
    const drawable = run.fromScheduled!.curve.filter(
      ({ percent, valueUs }) => valueUs !== null && percent < 100,
    );
    expect(plot(percentileCurve, FEW).series.map(({ data }) => data.length)).toContain(drawable.length);
  });

  test("shows both latencies of a run that is alone, with the figures that people quote", () => {
    const labels = plot(percentileCurve, ONE).series.flatMap(({ data }) =>
      data.flatMap((point) => (point as { label?: { formatter?: string } }).label?.formatter ?? []),
    );
    expect(labels).toHaveLength(3);
    for (const label of labels) expect(label).toMatch(/^[\d.]+ ms$/);
  });
});

describe("the percentile grid", () => {
  test("has a panel per run and a bar per percentile", () => {
    const { series, option } = plot(percentileGrid, FEW);
    expect(series).toHaveLength(3);
    expect(titles(option)).toEqual(expect.arrayContaining(["1 x 10", "1 x 20", "1 x 30", "latency, ms"]));
    const p99 = FEW[2]!.fromScheduled!.percentiles.find(({ percent }) => percent === 99)!.valueUs!;
    expect((series[2]!.data[10] as { value: number }).value).toBe(p99 / 1000);
  });

  test("cuts at the limit, with a mark, and says from which percentile on a run is over it", () => {
    const { series, option } = plot(percentileGridWithin(3000), FEW);
    const bars = series[2]!.data as Array<{ value: number | string; label: { formatter?: string } }>;
    const values = bars.map(({ value }) => value).filter((value) => typeof value === "number");
    expect(Math.max(...values)).toBe(3);
    expect(bars.filter(({ label }) => label.formatter === "▲").map(({ value }) => value)).toContain(3);
    const over = overLimit(FEW[2]!.fromScheduled!, 3000);
    expect(titles(option)).toContain(`over the limit: ${over}`);
    expect(overLimit(FEW[0]!.fromScheduled!, 60_000_000)).toBeNull();
  });

  test("is over the limit whichever percentiles are shown", () => {
    const latency = { ...FEW[0]!.fromScheduled!, percentiles: [] };
    const { curve, max } = latency;
    const p90 = curve.find(({ percent }) => percent === 90)!.valueUs!;
    expect(overLimit(latency, p90 - 1)).toMatch(/^from p/);
    expect(overLimit({ ...latency, curve: [] }, max - 1)).toBe("the slowest only");
    expect(overLimit({ ...latency, curve: [] }, max)).toBeNull();
  });
});

test("mean latency: a bar per run, in a unit that all share", () => {
  const { series } = plot(meanLatency, FEW);
  expect(series[0]!.data).toEqual(FEW.map(({ fromScheduled }) => fromScheduled!.mean / 1000));
});

test("deliveries: what arrived and what was lost make up all that was expected", () => {
  const lossy = { ...ONE[0]!, received: 72 };
  const { series } = plot(deliveries, [lossy]);
  expect(series.map(({ data }) => data)).toEqual([[75], [25]]);
});

describe("over time", () => {
  test("latency: p50 and p99 of each slot, and the limit where the axis reaches it", () => {
    const names = (limitUs: number) => plot(latencyOverTime, ONE, limitUs).series.map(({ name }) => name);
    expect(names(2000)).toEqual(["limit 2ms", "p50", "p99"]);
    expect(names(600_000_000)).toEqual(["p50", "p99"]);
    const { slots } = ONE[0]!.timeline!;
    const p99 = plot(latencyOverTime, ONE).series[1]!;
    expect(ys(p99)).toEqual(slots.map(({ p99Us }) => Math.log10(p99Us!)));
  });

  test("a slot of which nothing arrived is a gap", () => {
    const timeline = ONE[0]!.timeline!;
    const slots = timeline.slots.map((slot, i) => (i === 3 ? { ...slot, p50Us: null, p99Us: null } : slot));
    const { series } = plot(latencyOverTime, [{ ...ONE[0]!, timeline: { ...timeline, slots } }]);
    expect(ys(series[0]!)[3]).toBeNull();
  });

  test("rate: received, and due as what was sent times the members of a room", () => {
    const { series } = plot(rateOverTime, ONE);
    expect(series.map(({ name }) => name)).toEqual(["received", "due"]);
    expect(ys(series[1]!).slice(1, 5)).toEqual([8, 8, 8, 8]);
    expect(plot(rateOverTime, [{ ...ONE[0]!, expected: null }]).series.map(({ name }) => name)).toEqual([
      "received",
    ]);
  });

  test("rate: of a sample, an estimate for all messages", () => {
    const { series, option } = plot(rateOverTime, [{ ...ONE[0]!, sample: 10 }]);
    expect(ys(series[1]!).slice(1, 5)).toEqual([80, 80, 80, 80]);
    expect(titles(option)).toContain("40 messages/s sent, estimated from one in 10");
  });

  test("rate: where rooms vary, what was due is not known", () => {
    const meta = { ...ONE[0]!.meta!, rooms_vary: true as const };
    expect(plot(rateOverTime, [{ ...ONE[0]!, meta }]).series).toHaveLength(1);
  });
});

test("generator health: a line per run in each of three charts, each with its bound", () => {
  const { series } = plot(generatorHealth, FEW);
  expect(series.map(({ name }) => name)).toEqual(
    [0, 1, 2].flatMap(() => ["doubtful", "0 1 x 10", "1 1 x 20", "2 1 x 30"]),
  );
  expect(ys(series[1]!)).toEqual(FEW[0]!.meta!.end!.generator!.cpu_percent);
});

test("generator health: of more values than can be drawn, the worst of each few", () => {
  const run = ONE[0]!;
  const values = Array.from({ length: 100_000 }, (_, i) => i % 1000);
  const generator = { slot_s: 1, cpu_percent: values, loop_delay_ms: values, send_lag_ms: values };
  const long = { ...run, meta: { ...run.meta!, end: { ...run.meta!.end!, generator } } };
  const points = ys(plot(generatorHealth, [long]).series[1]!);
  expect(points.length).toBeLessThanOrEqual(512);
  expect(Math.max(...(points as number[]))).toBe(999);
});
