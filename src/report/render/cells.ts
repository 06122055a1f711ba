import { formatCount, formatPercent, threeDigits } from "../../lib/format.ts";
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
  if (Math.abs(ms) < 100) return threeDigits(ms);
  return ms < 0 ? `-${formatCount(-ms)}` : formatCount(ms);
}

/** The heads of the table of what happened, over the cells of `runCells`. */
export const RUN_HEADS = ["run", "rooms x size", "clients", "sent", "expected", "received", "loss"];

/** What happened in a run, under its `label`. */
export function runCells(run: RunSummary, label: string): string[] {
  return [
    label,
    roomsCell(run),
    ...[run.clients, run.sent, run.expected, run.received].map(countCell),
    lossCell(run),
  ];
}

/** "25 x 16", or as much of it as is known. */
function roomsCell(run: RunSummary): string {
  if (run.rooms === null && run.roomSize === null) return NOT_KNOWN;
  return `${run.rooms ?? "?"} x ${run.roomSize ?? "?"}`;
}

function countCell(count: number | null): string {
  return count === null ? NOT_KNOWN : formatCount(count);
}

function lossCell(run: RunSummary): string {
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
