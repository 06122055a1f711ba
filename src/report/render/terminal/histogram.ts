import { formatCount } from "../../../lib/format.ts";
import type { LatencyBin } from "../../../results/latency-shape.ts";
import { shortNumber } from "../../charts/axes.ts";
import { bar } from "./bar.ts";
import type { Screen } from "./screen.ts";

const HEADS = ["up to", "deliveries", "so far"];

/** How many deliveries took how long: a line per bin, with the share that took at most as long. */
export function histogramLines(bins: readonly LatencyBin[], { columns, unicode }: Screen): string[] {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const most = bins.reduce((highest, { count }) => Math.max(highest, count), 1);
  let seen = 0;
  const cells = bins.map(({ toUs, count }) => {
    seen += count;
    return [boundOf(toUs), formatCount(count), shareOf(seen, total)];
  });
  const widths = HEADS.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)));
  const room = Math.max(10, columns - widths.reduce((sum, width) => sum + width + 2, 2));
  const line = (row: readonly string[], middle: string) => {
    const [to, count, share] = row.map((cell, i) => cell.padStart(widths[i]!));
    return `  ${to}  ${middle}  ${count}  ${share}`;
  };
  return [
    line(HEADS, " ".repeat(room)),
    ...cells.map((row, i) => line(row, bar(bins[i]!.count / most, room, unicode))),
  ];
}

/** As the tables have it: in ms. */
function boundOf(us: number): string {
  return us < 1_000_000 ? `${shortNumber(us / 1000)} ms` : `${shortNumber(us / 1_000_000)} s`;
}

/** 100 % is only said of all: what is missing to it is what one looks for. */
function shareOf(seen: number, total: number): string {
  if (seen === total) return "100 %";
  return `${Math.min(99.9999, (100 * seen) / total).toFixed(seen / total > 0.99 ? 4 : 2)} %`;
}
