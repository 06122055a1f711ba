import type { XAxis, YAxis } from "./axes.ts";
import {
  baseOption,
  CHART_WIDTH,
  type ChartOption,
  FONT_SIZE,
  legendOption,
  type Plot,
  textAt,
} from "./chart.ts";
import type { Colours } from "./colours.ts";
import { fitText } from "./text.ts";

type Series = Extract<NonNullable<ChartOption["series"]>, unknown[]>[number];

/** A small chart of one run among those of the others. */
export interface Panel {
  title: string;
  /** Under it: what there is to notice. */
  remark?: { text: string; colour: string };
  xAxis: XAxis;
  yAxis: YAxis;
  series: Series[];
}

const LEFT = 72;
const GAP = 24;
const TITLE = 34;
const REMARK = 20;
const BELOW = 34;
const AXIS_NAME = 26;

/**
 * One panel per run, side by side and of the same size, so that they compare at a glance. `names` are what the
 * axes measure, written once; `legend` names series that every panel has.
 */
export function panelsPlot(
  panels: readonly Panel[],
  names: { x: string; y: string },
  legend: ReadonlyArray<{ name: string; colour: string }>,
  colours: Colours,
): Omit<Plot, "leftOut"> {
  const { columns, height } = layout(panels.length);
  const left = LEFT;
  const top = AXIS_NAME;
  const width = (CHART_WIDTH - left - GAP - (columns - 1) * (LEFT - 8)) / columns;
  // All panels are of the same height, whether there is something to notice or not.
  const head = TITLE + (panels.some(({ remark }) => remark !== undefined) ? REMARK : 0);
  const placed = panels.map((panel, i) => {
    const x = left + (i % columns) * (width + LEFT - 8);
    const y = top + Math.floor(i / columns) * (height + head + BELOW) + head;
    return { panel, gridIndex: i, x, y };
  });
  const rows = Math.ceil(panels.length / columns);
  const bottom = top + rows * (height + head + BELOW);
  const name = { color: colours.soft, size: FONT_SIZE - 1 };
  const option: ChartOption = {
    ...baseOption(colours),
    title: [
      textAt(names.y, 0, 0, name),
      textAt(names.x, CHART_WIDTH - GAP, bottom, { ...name, endsThere: true }),
      ...placed.flatMap(({ panel, x, y }) => headOf(panel, x, y - head + 6, width, colours)),
    ],
    legend: legendOption(legend, colours),
    grid: placed.map(({ x, y }) => ({ left: x, top: y, width, height })),
    xAxis: placed.map(({ panel, gridIndex }) => ({ ...panel.xAxis, gridIndex })),
    yAxis: placed.map(({ panel, gridIndex }) => ({ ...panel.yAxis, gridIndex })),
    series: placed.flatMap(({ panel, gridIndex }) =>
      panel.series.map((series) => ({ ...series, xAxisIndex: gridIndex, yAxisIndex: gridIndex }) as Series),
    ),
  };
  return { option, height: bottom + AXIS_NAME };
}

/** Few panels are large; of many, about twelve fit on a screen. */
function layout(count: number): { columns: number; height: number } {
  if (count === 1) return { columns: 1, height: 300 };
  if (count <= 4) return { columns: 2, height: 200 };
  return count <= 9 ? { columns: 3, height: 150 } : { columns: 4, height: 130 };
}

function headOf({ title, remark }: Panel, x: number, y: number, width: number, colours: Colours) {
  return [
    textAt(fitText(title, width, FONT_SIZE), x, y, { color: colours.ink, bold: true }),
    ...(remark === undefined
      ? []
      : [textAt(remark.text, x, y + REMARK, { color: remark.colour, size: FONT_SIZE - 1 })]),
  ];
}
