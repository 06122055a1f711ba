import { labelStyle } from "./axes.ts";
import { CHART_WIDTH, FONT_SIZE } from "./chart.ts";
import type { Colours } from "./colours.ts";
import { fitText, textWidth } from "./text.ts";

const ROW = 34;
const LONGEST = 220;

/** A row per run, from above, for bars that lie: names of any length stand beside them. */
export function barRows(labels: readonly string[], figuresWidth: number, colours: Colours) {
  const names = labels.map((label) => fitText(label, LONGEST, FONT_SIZE));
  const left = 24 + Math.max(...names.map((name) => textWidth(name, FONT_SIZE)));
  const height = labels.length * ROW;
  return {
    height: height + 66,
    width: CHART_WIDTH - left - figuresWidth,
    grid: { left, right: figuresWidth, top: 12, height },
    yAxis: {
      ...{ type: "category" as const, inverse: true, data: labels.map((_, i) => i) },
      axisTick: { show: false },
      axisLabel: {
        ...{ ...labelStyle(colours), color: colours.ink, fontSize: FONT_SIZE, interval: 0 },
        formatter: (_: unknown, i: number) => names[i]!,
      },
      axisLine: { lineStyle: { color: colours.soft } },
    },
    nameOfX: { nameLocation: "middle" as const, nameGap: 32, nameTextStyle: labelStyle(colours) },
  };
}
