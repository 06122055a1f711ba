import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import { lossOf } from "../../results/summary.ts";
import { milliseconds } from "./cells.ts";
import { verdictObject } from "./verdicts.ts";

/** Everything that is known, for programs. Keys are never left out: what is not known is `null`. */
export function renderJson(runs: readonly RunSummary[]): string {
  return `${JSON.stringify(reportObject(runs), null, 2)}\n`;
}

/** The same as an object, for those who have more to tell. */
export function reportObject(runs: readonly RunSummary[]) {
  return { version: 1, runs: runs.map(runObject) };
}

function runObject(run: RunSummary) {
  return {
    label: run.label,
    rooms: run.rooms,
    room_size: run.roomSize,
    clients: run.clients,
    sent: run.sent,
    expected: run.expected,
    received: run.received,
    loss: lossOf(run),
    repeated: run.repeated,
    unmatched: run.unmatched,
    span_ms: run.spanUs === null ? null : milliseconds(run.spanUs),
    latency: { from_scheduled: latencyObject(run.fromScheduled), from_sent: latencyObject(run.fromSent) },
    disturbances: run.disturbances,
    thresholds: (run.verdicts ?? []).map(verdictObject),
    notes: run.notes,
  };
}

function latencyObject(latency: LatencySummary | null) {
  if (latency === null) return null;
  return {
    count: latency.count,
    mean_ms: milliseconds(latency.mean),
    sd_ms: milliseconds(latency.sd),
    min_ms: milliseconds(latency.min),
    max_ms: milliseconds(latency.max),
    percentiles: Object.fromEntries(
      latency.percentiles.map(({ percent, valueUs }) => [
        String(percent),
        valueUs === null ? null : milliseconds(valueUs),
      ]),
    ),
  };
}
