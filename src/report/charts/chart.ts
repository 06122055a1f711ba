import type {
  BarSeriesOption,
  CustomSeriesOption,
  GridComponentOption,
  LegendComponentOption,
  LineSeriesOption,
  TitleComponentOption,
} from "echarts";
import type { ComposeOption } from "echarts/core";
import type { RunSummary } from "../../results/summary.ts";
import type { Colours } from "./colours.ts";

/** What the drawing library is asked for; `draw.ts` loads what this takes. */
export type ChartOption = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | LineSeriesOption
  | TitleComponentOption
>;

/** One chart: runs in, what to draw out. Pure. */
export interface Chart {
  /** Names its file (`percentile-curve.svg`) and its place on the page. */
  name: string;
  /** States what is shown, with its unit. */
  title: string;
  /** How to read it, one sentence. */
  reading: string;
  /** Why there is nothing to draw, where no run has what it takes. */
  without: string;
  /** `null` where no run has what it takes. */
  plot(runs: readonly RunSummary[], look: Look): Plot | null;
}

export interface Look {
  colours: Colours;
  /** Latencies above it are too long; `null` when nobody said. */
  limitUs: number | null;
}

export interface Plot {
  /** Pixels, at a width of `CHART_WIDTH` or its own. */
  height: number;
  width?: number;
  option: ChartOption;
  /** Labels of the runs that have not what it takes. */
  leftOut: string[];
}

/** Pixels. With the text at `FONT_SIZE` it can be read at the back of a room from a page 1280 wide. */
export const CHART_WIDTH = 1160;
export const FONT_SIZE = 14;

export const FONT_FAMILY = "system-ui, sans-serif";

/** What all charts have in common. */
export function baseOption({ ink }: Colours): ChartOption {
  return { animation: false, textStyle: { fontFamily: FONT_FAMILY, fontSize: FONT_SIZE, color: ink } };
}

/** Names what lines and areas stand for, above the chart at its right. Without items there is none. */
export function legendOption(items: ReadonlyArray<{ name: string; colour: string }>, { ink }: Colours) {
  return {
    show: items.length > 0,
    ...{ selectedMode: false, top: -4, right: 16 },
    ...{ itemWidth: 22, itemHeight: 8, itemGap: 20, icon: "roundRect" },
    data: items.map(({ name, colour }) => ({ name, itemStyle: { color: colour } })),
    textStyle: { color: ink, fontSize: FONT_SIZE },
  };
}

/** Text at a place of a chart, beginning or ending there. */
export function textAt(
  text: string,
  x: number,
  y: number,
  style: { color: string; size?: number; bold?: boolean; endsThere?: boolean },
) {
  const { color, size = FONT_SIZE, bold = false, endsThere = false } = style;
  return {
    ...{ text, left: x, top: y, padding: 0, textAlign: endsThere ? ("right" as const) : ("left" as const) },
    textStyle: { color, fontSize: size, fontWeight: bold ? (600 as const) : ("normal" as const) },
  };
}
