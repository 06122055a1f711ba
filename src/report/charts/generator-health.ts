import { GENERATOR_BOUNDS } from "../../results/generator-bounds.ts";
import type { GeneratorHealth } from "../../results/run-meta.ts";
import { linearAxis, niceEnd, secondsAxis } from "./axes.ts";
import {
  baseOption,
  CHART_WIDTH,
  type Chart,
  type ChartOption,
  FONT_SIZE,
  legendOption,
  textAt,
} from "./chart.ts";
import { having, largest } from "./having.ts";
import { boundLine } from "./limit-line.ts";
import { line } from "./over-time.ts";
import { fitText } from "./text.ts";

/** More points than this would not be told apart; a description may hold any number. */
const MOST_POINTS = 512;
const HEIGHT = 190;
const LEGEND_ROW = 26;

type Column = "cpu_percent" | "loop_delay_ms" | "send_lag_ms";

/** What is measured, and from where on the figures of a run are not to be believed. */
export const HEALTH_COLUMNS: ReadonlyArray<{ column: Column; title: string; doubtful: number }> = [
  { column: "cpu_percent", title: "CPU, % of a core", doubtful: GENERATOR_BOUNDS.cpuPercent },
  { column: "loop_delay_ms", title: "event-loop delay, ms", doubtful: GENERATOR_BOUNDS.loopDelayMs },
  { column: "send_lag_ms", title: "send lag p99, ms", doubtful: GENERATOR_BOUNDS.sendLagMs },
];

/** The load generator's own state: a generator that is late measures itself. */
export const generatorHealth: Chart = {
  name: "generator-health",
  title: "The load generator itself: CPU, event-loop delay, send lag",
  reading:
    "Above a dashed line the generator was too busy, and the latencies of that time contain its own delay.",
  without: "n/a: these files say nothing about their generator",
  plot(runs, { colours }) {
    const { found, leftOut } = having(runs, ({ meta }) => meta?.end?.generator ?? null);
    if (found.length === 0) return null;
    const several = runs.length > 1;
    // Two runs may have the same label; the legend knows lines by their names.
    const key = found.map(({ run, index }) => ({
      name: `${index} ${run.label}`,
      colour: several ? colours.runs[index]! : colours.typical,
    }));
    const end = largest(
      found.map(({ value }) => secondsOf(value)),
      1,
    );
    const legendRows = several ? Math.ceil(found.length / 6) : 0;
    const top = 34 + legendRows * LEGEND_ROW;
    const width = (CHART_WIDTH - 3 * 64 - 16) / 3;
    const leftOf = (i: number) => 56 + i * (width + 64);
    const option: ChartOption = {
      ...baseOption(colours),
      title: [
        ...HEALTH_COLUMNS.map(({ title }, i) =>
          textAt(title, leftOf(i), top - 30, { color: colours.ink, bold: true }),
        ),
        textAt("seconds since the first message", CHART_WIDTH - 16, top + HEIGHT + 30, {
          ...{ color: colours.soft, size: FONT_SIZE - 1, endsThere: true },
        }),
      ],
      legend: {
        ...legendOption(several ? key : [], colours),
        ...{ right: "auto", left: 48, width: CHART_WIDTH - 64 },
        formatter: (name: string) => fitText(name.slice(name.indexOf(" ") + 1), 140, FONT_SIZE),
      },
      grid: HEALTH_COLUMNS.map((_, i) => ({ left: leftOf(i), top, width, height: HEIGHT })),
      xAxis: HEALTH_COLUMNS.map((_, gridIndex) => ({ ...secondsAxis(end, colours), gridIndex })),
      yAxis: HEALTH_COLUMNS.map(({ column, doubtful }, gridIndex) => {
        const most = largest(
          found.flatMap(({ value }) => value[column]),
          doubtful,
        );
        return { ...linearAxis(colours, niceEnd(most * 1.05)), gridIndex };
      }),
      series: HEALTH_COLUMNS.flatMap(({ column, doubtful }, i) => [
        { ...boundLine("doubtful", doubtful, end, colours), ...{ xAxisIndex: i, yAxisIndex: i } },
        ...found.map(({ value }, k) => ({
          ...line(key[k]!.name, key[k]!.colour, points(value, column), found.length > 3 ? 1.2 : 2),
          ...{ xAxisIndex: i, yAxisIndex: i },
        })),
      ]),
    };
    return { height: top + HEIGHT + 54, option, leftOut };
  },
};

function secondsOf({ slot_s, cpu_percent }: GeneratorHealth): number {
  return (cpu_percent.length - 1) * slot_s;
}

/** Of more values than can be drawn, the worst of each few. */
function points(health: GeneratorHealth, column: Column): Array<[number, number]> {
  const values = health[column];
  const step = Math.ceil(values.length / MOST_POINTS) || 1;
  return Array.from({ length: Math.ceil(values.length / step) }, (_, i) => [
    i * step * health.slot_s,
    largest(values.slice(i * step, (i + 1) * step)),
  ]);
}
