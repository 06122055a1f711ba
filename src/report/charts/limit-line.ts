import { formatDuration } from "../../lib/format.ts";
import type { Colours } from "./colours.ts";

/** A bound as a dashed line from 0 to `end`, at `at` on the other axis. It has no label: the legend names it. */
export function boundLine(name: string, at: number, end: number, { limit }: Colours) {
  return {
    type: "line" as const,
    name,
    ...{ silent: true, showSymbol: false, clip: false, emphasis: { disabled: true } },
    lineStyle: { color: limit, width: 1.5, type: "dashed" as const },
    itemStyle: { color: limit },
    data: [
      [0, at],
      [end, at],
    ],
  };
}

/** What the limit is called in a legend. */
export function limitName(limitUs: number): string {
  return `limit ${formatDuration(limitUs / 1000)}`;
}
