import { formatCount, formatPercent } from "../../lib/format.ts";
import { type LatencySummary, lossOf, type RunSummary } from "../../results/summary.ts";

/** What stands where a figure is not known or not worth quoting. */
export const NOT_KNOWN = "n/a";

/** Microseconds in milliseconds, for programs: exact to the nanosecond, without the dust of binary fractions. */
export function milliseconds(us: number): number {
  return Math.round(us * 1000) / 1_000_000;
}

/** Microseconds in milliseconds, for people: three significant digits, and no fraction from 100 ms on. */
export function latencyCell(us: number | null): string {
  if (us === null) return NOT_KNOWN;
  const ms = us / 1000;
  const size = Math.abs(ms);
  if (size >= 100) return ms < 0 ? `-${formatCount(size)}` : formatCount(size);
  if (size >= 10) return ms.toFixed(1);
  return ms.toFixed(size >= 1 ? 2 : 3);
}

/** "25 x 16", or as much of it as is known. */
export function roomsCell(run: RunSummary): string {
  if (run.rooms === null && run.roomSize === null) return NOT_KNOWN;
  return `${run.rooms ?? "?"} x ${run.roomSize ?? "?"}`;
}

export function countCell(count: number | null): string {
  return count === null ? NOT_KNOWN : formatCount(count);
}

export function lossCell(run: RunSummary): string {
  const loss = lossOf(run);
  return loss === null ? NOT_KNOWN : formatPercent(loss);
}

/** The figures of a latency by name, in the order in which they are shown. */
export function latencyFigures(latency: LatencySummary): Array<[name: string, us: number | null]> {
  return [
    ...latency.percentiles.map(({ percent, valueUs }): [string, number | null] => [`p${percent}`, valueUs]),
    ["mean", latency.mean],
    ["sd", latency.sd],
    ["min", latency.min],
    ["max", latency.max],
  ];
}

/** The names of the figures that any of the runs has. */
export function figureNames(runs: readonly RunSummary[]): string[] {
  const first = runs.map((run) => run.fromSent ?? run.fromScheduled).find((latency) => latency !== null);
  return first === undefined || first === null ? [] : latencyFigures(first).map(([name]) => name);
}
