import { formatCount, formatPercent } from "../../lib/format.ts";
import { lossOf, type RunSummary } from "../../results/summary.ts";
import { linearAxis } from "./axes.ts";
import { barRows } from "./bars.ts";
import { baseOption, type Chart, FONT_SIZE } from "./chart.ts";
import { having } from "./having.ts";

const FIGURES = 330;

/** What was sent, what should have arrived, and what did. */
export const deliveries: Chart = {
  name: "deliveries",
  title: "Deliveries received, of those expected",
  reading: "Each message is expected once at every member of its room; the part in red never arrived.",
  without: "n/a: how large the rooms were is not known",
  plot(runs, { colours }) {
    const { found, leftOut } = having(runs, lossOf);
    if (found.length === 0) return null;
    const rows = barRows(
      found.map(({ run }) => run.label),
      FIGURES,
      colours,
    );
    const bar = { type: "bar" as const, stack: "all", silent: true, barWidth: "58%" };
    const option = {
      ...baseOption(colours),
      grid: rows.grid,
      yAxis: rows.yAxis,
      xAxis: { ...linearAxis(colours, 100), ...rows.nameOfX, name: "% of the expected deliveries" },
      series: [
        {
          ...bar,
          emphasis: { disabled: true },
          itemStyle: { color: colours.typical, opacity: 0.75 },
          data: found.map(({ value }) => 100 * (1 - value)),
        },
        {
          ...bar,
          emphasis: { disabled: true },
          itemStyle: { color: colours.limit },
          data: found.map(({ value }) => 100 * value),
          label: {
            ...{ show: true, position: "right" as const, distance: 12 },
            ...{ color: colours.ink, fontSize: FONT_SIZE },
            formatter: ({ dataIndex }: { dataIndex: number }) => figures(found[dataIndex]!.run),
          },
        },
      ],
    };
    return { height: rows.height, option, leftOut };
  },
};

function figures(run: RunSummary): string {
  const received = formatCount(run.received - run.repeated);
  return `${received} of ${formatCount(run.expected!)}, loss ${formatPercent(lossOf(run)!)}`;
}
