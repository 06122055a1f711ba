import { formatDuration, formatLatency } from "../../lib/format.ts";
import type { LatencySummary } from "../../results/summary.ts";
import { labelStyle, linearAxis, niceEnd, unitFor } from "./axes.ts";
import { type Chart, FONT_SIZE, type Look } from "./chart.ts";
import type { Colours } from "./colours.ts";
import { feltLatency } from "./felt-latency.ts";
import { having, largest } from "./having.ts";
import { type Panel, panelsPlot } from "./panels.ts";

/** The figure over the highest bar stands within the panel. */
const HEADROOM = 1.15;

/** Bars of every run on one scale, so that the run that breaks down stands out. */
export const percentileGrid: Chart = {
  name: "percentile-grid",
  title: "Latency percentiles of each run",
  reading: "A bar per percentile, on the same scale for all runs.",
  without: "n/a: nothing was delivered",
  plot: (runs, look) => plotGrid(runs, { ...look, limitUs: null }),
};

/** The same, cut at the limit: what is below it can be compared however far the others are above. */
export function percentileGridWithin(limitUs: number): Chart {
  const limit = formatDuration(limitUs / 1000);
  return {
    ...percentileGrid,
    name: "percentile-grid-limit",
    title: `Latency percentiles of each run, up to ${limit}`,
    reading: `Bars are cut at ${limit}; a paler one under a red mark goes on above.`,
    plot: (runs, look) => plotGrid(runs, { ...look, limitUs }),
  };
}

/**
 * From which percentile on a latency exceeds the limit, "from p99", or `null`. Judged by its curve, whichever
 * percentiles are shown.
 */
export function overLimit({ percentiles, curve, max }: LatencySummary, limitUs: number): string | null {
  const over = [...percentiles, ...curve].filter(({ valueUs }) => valueUs !== null && valueUs > limitUs);
  const least = Math.min(...over.map(({ percent }) => percent));
  if (least < 100) return `from p${least}`;
  return max > limitUs ? "the slowest only" : null;
}

function plotGrid(...[runs, look]: Parameters<Chart["plot"]>): ReturnType<Chart["plot"]> {
  const { found, leftOut } = having(runs, feltLatency);
  if (found.length === 0) return null;
  const { limitUs, colours } = look;
  const largestUs = largest(
    found.flatMap(({ value }) => value.percentiles.map(({ valueUs }) => valueUs ?? 0)),
  );
  const unit = unitFor(limitUs ?? largestUs);
  const panels = found.map(({ run, value }) => panelOf(run.label, value, unit.us, look));
  // Without a limit the axes must be told what the limit would: to be all the same.
  const max = limitUs === null ? niceEnd((HEADROOM * largestUs) / unit.us) : limitUs / unit.us;
  for (const panel of panels) panel.yAxis = linearAxis(colours, max);
  const names = { x: "percentile", y: `latency, ${unit.name}` };
  return { ...panelsPlot(panels, names, [], colours), leftOut };
}

function panelOf(title: string, latency: LatencySummary, unitUs: number, look: Look): Panel {
  const { colours, limitUs } = look;
  const { percentiles } = latency;
  const over = limitUs === null ? null : overLimit(latency, limitUs);
  const isOver = (us: number | null) => limitUs !== null && us !== null && us > limitUs;
  const shown = percentiles.map(({ valueUs }) =>
    valueUs === null ? null : Math.min(valueUs, limitUs ?? valueUs) / unitUs,
  );
  const last = shown.findLastIndex((value) => value !== null);
  return {
    title,
    ...(over === null ? {} : { remark: { text: `over the limit: ${over}`, colour: colours.limit } }),
    xAxis: {
      type: "category",
      data: percentiles.map(({ percent }) => String(percent)),
      axisTick: { show: false },
      axisLabel: { ...labelStyle(colours), fontSize: FONT_SIZE - 2, interval: "auto" },
      axisLine: { lineStyle: { color: colours.soft } },
    },
    yAxis: {},
    series: [
      {
        type: "bar",
        ...{ silent: true, barCategoryGap: "22%", emphasis: { disabled: true } },
        data: percentiles.map(({ percent, valueUs }, i) => ({
          value: shown[i] ?? "-",
          itemStyle: {
            color: percent >= 95 ? colours.tail : colours.typical,
            opacity: isOver(valueUs) ? 0.45 : 1,
          },
          label: isOver(valueUs) ? goesOn(colours) : quote(i === last ? valueUs : null, colours),
        })),
      },
    ],
  };
}

/** Over a bar that is cut. */
function goesOn({ limit }: Colours) {
  return {
    show: true,
    position: "top" as const,
    distance: 1,
    color: limit,
    opacity: 1,
    fontSize: 11,
    formatter: "▲",
  };
}

/** The figure over the bar that people quote. */
function quote(us: number | null, { ink }: Colours) {
  if (us === null) return { show: false };
  const style = { color: ink, fontSize: FONT_SIZE - 1, fontWeight: 600 as const };
  return { show: true, position: "top" as const, distance: 4, ...style, formatter: formatLatency(us) };
}
