import type uPlot from "uplot";
import { COLOURS } from "./cast.ts";
import { crowdPath } from "./chart-drawing.ts";
import type { Figure } from "./figures.ts";
import type { Palette } from "./palette.ts";
import type { Values } from "./series-store.ts";

const POWERS_OF_TWO = Array.from({ length: 44 }, (_, power) => 2 ** power);

interface Look {
  palette: Palette;
  /** The servers without a colour. */
  crowd: () => readonly Values[];
  /** Both axes, in their own units: seconds, and the figure's. */
  range: { x: () => [from: number, to: number]; y: () => [from: number, to: number] };
}

/**
 * The part of uPlot's options that says how a chart looks; what moves in it is added by the chart. Its lines are
 * always the same ones, in this order: the crowd, the mean, the greatest, and one for each colour.
 */
export function chartOptions(figure: Figure, { palette, crowd, range }: Look): uPlot.Options {
  const axis = {
    stroke: () => palette.colours.soft,
    font: "11px system-ui, sans-serif",
    grid: { stroke: () => palette.colours.grid, width: 1 },
    ticks: { show: false },
  };
  const line = { points: { show: false }, spanGaps: false };
  return {
    ...{ width: 300, height: 190, padding: [10, 20, 0, 0], legend: { show: false } },
    scales: { x: { time: true, range: range.x }, y: { range: range.y } },
    axes: [
      {
        ...axis,
        ...{ size: 26, gap: 6, space: 50, incrs: [60, 120, 300] },
        values: (_, splits) => splits.map(clockTick),
      },
      {
        ...axis,
        ...{ size: 58, gap: 8, space: 34, values: (_, splits) => splits.map(figure.tick) },
        ...(figure.binary ? { incrs: POWERS_OF_TWO } : {}),
      },
    ],
    series: [
      {},
      { ...line, stroke: () => palette.colours.crowd, width: 1, paths: (plot) => crowdPath(plot, crowd()) },
      {
        ...line,
        stroke: () => palette.colours.mean,
        width: 2,
        dash: [2 * devicePixelRatio, 3 * devicePixelRatio],
      },
      { ...line, stroke: () => palette.colours.mean, width: 1 },
      ...Array.from({ length: COLOURS }, (_, slot) => ({
        ...{ ...line, stroke: () => palette.colours.lines[slot]!, width: 1.5 },
      })),
    ],
  };
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function clockTick(seconds: number): string {
  return clock.format(seconds * 1000);
}
