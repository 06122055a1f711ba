import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from "echarts";
import { formatLatency } from "../../lib/format.ts";
import type { LatencySummary } from "../../results/summary.ts";
import { linearAxis, niceEnd, unitFor } from "./axes.ts";
import { barRows } from "./bars.ts";
import { baseOption, type Chart, FONT_FAMILY, FONT_SIZE } from "./chart.ts";
import { feltLatency } from "./felt-latency.ts";
import { having, largest } from "./having.ts";

const FIGURES = 190;

/** Mean and standard deviation, run by run. */
export const meanLatency: Chart = {
  name: "mean-latency",
  title: "Mean latency of each run, with its standard deviation",
  reading:
    "The bar is the mean; the line over it reaches one standard deviation to either side, but not below 0.",
  without: "n/a: nothing was delivered",
  plot(runs, { colours }) {
    const { found, leftOut } = having(runs, feltLatency);
    if (found.length === 0) return null;
    const farthest = largest(found.map(({ value }) => value.mean + value.sd));
    const unit = unitFor(farthest);
    const rows = barRows(
      found.map(({ run }) => run.label),
      FIGURES,
      colours,
    );
    const option = {
      ...baseOption(colours),
      grid: rows.grid,
      yAxis: rows.yAxis,
      xAxis: {
        ...linearAxis(colours, niceEnd(farthest / unit.us)),
        ...{ ...rows.nameOfX, name: `mean latency, ${unit.name}` },
      },
      series: [
        {
          type: "bar" as const,
          ...{ silent: true, barWidth: "58%", emphasis: { disabled: true } },
          itemStyle: { color: colours.typical, opacity: 0.75 },
          data: found.map(({ value }) => Math.max(0, value.mean) / unit.us),
        },
        {
          type: "custom" as const,
          ...{ silent: true, clip: false },
          data: found.map(({ value }, i) => [value.mean / unit.us, i]),
          renderItem: (params: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
            whisker(found[params.dataIndex]!.value, params.dataIndex, unit.us, api, colours.ink),
        },
      ],
    };
    return { height: rows.height, option, leftOut };
  },
};

/** A line from a standard deviation below the mean to one above, and the figures behind its end. */
function whisker(
  { mean, sd }: LatencySummary,
  row: number,
  unitUs: number,
  api: CustomSeriesRenderItemAPI,
  ink: string,
): CustomSeriesRenderItemReturn {
  const [from, y] = api.coord([Math.max(0, mean - sd) / unitUs, row]) as [number, number];
  const [to] = api.coord([(mean + sd) / unitUs, row]) as [number, number];
  const line = (x1: number, y1: number, x2: number, y2: number) => {
    return { type: "line" as const, shape: { x1, y1, x2, y2 }, style: { stroke: ink, lineWidth: 2 } };
  };
  const text = `${formatLatency(mean)} ± ${formatLatency(sd)}`;
  return {
    type: "group" as const,
    children: [
      line(from, y, to, y),
      line(from, y - 5, from, y + 5),
      line(to, y - 5, to, y + 5),
      {
        type: "text" as const,
        style: {
          text,
          x: to + 12,
          y,
          fill: ink,
          fontSize: FONT_SIZE,
          fontFamily: FONT_FAMILY,
          align: "left",
          verticalAlign: "middle",
        },
      },
    ],
  };
}
