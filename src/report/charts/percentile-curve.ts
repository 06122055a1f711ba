import { formatLatency } from "../../lib/format.ts";
import type { LatencySummary, Percentile, RunSummary } from "../../results/summary.ts";
import { labelStyle, logLatencyAxis, logUs } from "./axes.ts";
import {
  baseOption,
  CHART_WIDTH,
  type Chart,
  type ChartOption,
  FONT_SIZE,
  type Look,
  legendOption,
} from "./chart.ts";
import { feltLatency } from "./felt-latency.ts";
import { having } from "./having.ts";
import { boundLine, limitName } from "./limit-line.ts";
import { fitText } from "./text.ts";

const HEIGHT = 480;
const RIGHT = 190;
const NAMED = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 99.999];
const QUOTED = [50, 90, 99, 99.9, 99.99];

interface Curve {
  name: string;
  colour: string;
  dashed: boolean;
  latency: LatencySummary;
}

/** The whole distribution, its tail drawn as wide as its middle. */
export const percentileCurve: Chart = {
  name: "percentile-curve",
  title: "Latency by percentile",
  reading:
    "Each step to the right leaves out ten times fewer deliveries: the tail is drawn as wide as the middle. " +
    "Both axes are logarithmic. A dotted line has too few messages to say more.",
  without: "n/a: nothing was delivered",
  plot(runs, look) {
    const { found, leftOut } = having(runs, feltLatency);
    if (found.length === 0) return null;
    const curves =
      runs.length === 1
        ? bothOf(runs[0]!, look)
        : found.map(({ run, index, value }) => {
            return { name: run.label, colour: look.colours.runs[index]!, dashed: false, latency: value };
          });
    return { height: HEIGHT, option: option(curves, runs.length === 1, look), leftOut };
  },
};

/** A run that is alone shows what the user felt and what the server did. */
function bothOf({ fromScheduled, fromSent }: RunSummary, { colours }: Look): Curve[] {
  const curves = [
    { name: "from scheduled", colour: colours.typical, dashed: false, latency: fromScheduled },
    { name: "from sent", colour: colours.tail, dashed: true, latency: fromSent },
  ];
  return curves.filter((curve): curve is Curve => curve.latency !== null);
}

function option(curves: readonly Curve[], isAlone: boolean, { colours, limitUs }: Look): ChartOption {
  const points = curves.map(({ latency }) => pointsOf(latency.curve));
  const values = points.flat().map(({ us }) => us);
  const y = logLatencyAxis(
    values.reduce((least, us) => Math.min(least, us), Number.POSITIVE_INFINITY),
    values.reduce((most, us) => Math.max(most, us), 1),
    colours,
  );
  const end = Math.max(2, ...points.map((curve) => nines(curve.at(-1)?.percent ?? 0)));
  const ticks = NAMED.map(nines);
  const limit = limitUs === null || logUs(limitUs) > y.max || logUs(limitUs) < y.min ? null : limitUs;
  return {
    ...baseOption(colours),
    grid: { left: 72, right: RIGHT, top: 34, bottom: 58 },
    xAxis: {
      ...{ type: "value", min: 0, max: end, name: "percentile", nameLocation: "middle", nameGap: 34 },
      nameTextStyle: labelStyle(colours),
      axisTick: { show: false, customValues: ticks },
      axisLabel: {
        ...labelStyle(colours),
        customValues: ticks,
        formatter: (value: number) => `p${NAMED[ticks.findIndex((tick) => Math.abs(tick - value) < 1e-9)]}`,
      },
      axisLine: { onZero: false, lineStyle: { color: colours.soft } },
      splitLine: { lineStyle: { color: colours.grid } },
    },
    yAxis: {
      ...{ ...y, name: "latency", nameGap: 14 },
      nameTextStyle: { ...labelStyle(colours), align: "right" },
    },
    legend: legendOption(limit === null ? [] : [{ name: limitName(limit), colour: colours.limit }], colours),
    series: [
      ...(limit === null ? [] : [boundLine(limitName(limit), logUs(limit), end, colours)]),
      ...curves.map((curve, i) => beyond(points[i]!.at(-1), end, curve.colour)),
      ...curves.map(({ name, colour, dashed }, i) => ({
        type: "line" as const,
        ...{ silent: true, showSymbol: false, clip: false, emphasis: { disabled: true } },
        data: points[i]!.map(({ percent, us }) => [nines(percent), logUs(us)]),
        lineStyle: { color: colour, width: 2.5, type: dashed ? ("dashed" as const) : ("solid" as const) },
        itemStyle: { color: colour },
        endLabel: {
          ...{ show: true, fontSize: FONT_SIZE, fontWeight: 600 as const, color: colour },
          formatter: fitText(name, RIGHT - 24, FONT_SIZE),
        },
        labelLayout: { x: CHART_WIDTH - RIGHT + 10, moveOverlap: "shiftY" as const },
      })),
      ...(isAlone ? [quoted(curves[0]!, end, colours.ink)] : []),
    ],
  };
}

/** From the end of a curve to its name: there are too few messages to say more. */
function beyond(last: { percent: number; us: number } | undefined, end: number, colour: string) {
  return {
    type: "line" as const,
    ...{ silent: true, showSymbol: false, clip: false, emphasis: { disabled: true } },
    lineStyle: { color: colour, width: 1.5, type: "dotted" as const, opacity: 0.6 },
    data: last === undefined ? [] : [nines(last.percent), end].map((x) => [x, logUs(last.us)]),
  };
}

/** Marks and figures on a curve, at the percentiles that people quote. */
function quoted({ latency, colour }: Curve, end: number, ink: string) {
  const points = pointsOf(latency.curve).filter(({ percent }) => QUOTED.includes(percent));
  return {
    type: "line" as const,
    ...{ silent: true, clip: false, symbol: "circle", symbolSize: 8, emphasis: { disabled: true } },
    lineStyle: { width: 0 },
    itemStyle: { color: colour },
    data: points.map(({ percent, us }) => ({
      value: [nines(percent), logUs(us)],
      label: {
        ...{ show: true, color: ink, fontSize: FONT_SIZE, fontWeight: 600 as const },
        position: nines(percent) > end - 0.1 ? ("left" as const) : ("top" as const),
        formatter: formatLatency(us),
      },
    })),
  };
}

/** How far a percentile is into the tail: p90 is 1, p99 is 2, p99.9 is 3. */
export function nines(percent: number): number {
  return 2 - Math.log10(100 - percent);
}

/** Without what is not worth quoting, and without p100, which is infinitely far. */
function pointsOf(curve: readonly Percentile[]): Array<{ percent: number; us: number }> {
  return curve.flatMap(({ percent, valueUs }) =>
    valueUs === null || percent >= 100 ? [] : [{ percent, us: valueUs }],
  );
}
