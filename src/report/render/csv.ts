import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import { lossOf } from "../../results/summary.ts";
import { figureNames, latencyFigures, milliseconds } from "./cells.ts";

const RUN_COLUMNS = [
  "run",
  "rooms",
  "room_size",
  "clients",
  "sent",
  "expected",
  "received",
  "loss",
  "repeated",
  "unmatched",
  "span_ms",
  "latency",
  "count",
];

/**
 * For spreadsheets: one header, and a row per run and kind of latency (`scheduled`, `sent`). Times are in
 * milliseconds, `loss` is a fraction, and a field is empty when it is not known.
 */
export function renderCsv(runs: readonly RunSummary[]): string {
  const figures = figureNames(runs);
  const rows = runs.flatMap((run) => [
    latencyRow(run, "scheduled", run.fromScheduled, figures),
    latencyRow(run, "sent", run.fromSent, figures),
  ]);
  const header = [...RUN_COLUMNS, ...figures.map((name) => `${name}_ms`)].join(",");
  return `${[header, ...rows].join("\n")}\n`;
}

function latencyRow(
  run: RunSummary,
  kind: string,
  latency: LatencySummary | null,
  figures: string[],
): string {
  const values = new Map(latency === null ? [] : latencyFigures(latency));
  return [
    textField(run.label),
    ...[run.rooms, run.roomSize, run.clients, run.sent, run.expected, run.received].map(numberField),
    ...[lossOf(run), run.repeated, run.unmatched].map(numberField),
    timeField(run.spanUs),
    kind,
    String(latency?.count ?? 0),
    ...figures.map((name) => timeField(values.get(name) ?? null)),
  ].join(",");
}

export function numberField(value: number | null): string {
  return value === null ? "" : String(value);
}

function timeField(us: number | null): string {
  return us === null ? "" : String(milliseconds(us));
}

/**
 * Quoted where needed, and never a formula: a spreadsheet would run what begins with = + - or @, also behind spaces, and
 * some take the wide forms of these for the same.
 */
export function textField(text: string): string {
  const harmless = /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
