import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import { figureNames, latencyCell, latencyFigures, RUN_HEADS, runCells } from "./cells.ts";
import { draw } from "./draw-table.ts";
import { VERDICT_HEADS, verdictRows } from "./verdicts.ts";

const PAGE_WIDTH = 100;
const LONGEST_LABEL = 24;
const NO_PLAN = "Latency from scheduled: n/a, there is no plan in these files";

/**
 * For people, in 100 columns and without colours: what happened, with a row per run; the latencies, with a
 * row per percentile so that runs stand side by side however many there are; and the notes.
 */
export function renderTable(runs: readonly RunSummary[]): string {
  const notes = runs.flatMap((run, i) => run.notes.map((note) => `  ${nameOf(runs, i)}${note}`));
  const parts = [
    whatHappened(runs),
    ...latencies(runs),
    ...thresholds(runs),
    ...(notes.length > 0 ? [`Notes\n${notes.join("\n")}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function whatHappened(runs: readonly RunSummary[]): string {
  const rows = runs.map((run, i) => runCells(run, `${nameOf(runs, i)}${shorten(run.label)}`));
  return `Messages sent, and their deliveries\n${draw(RUN_HEADS, rows)}`;
}

function latencies(runs: readonly RunSummary[]): string[] {
  if (figureNames(runs).length === 0) return ["Latency: n/a, nothing was delivered"];
  return runs.length === 1 ? bothLatencies(runs[0]!) : latenciesOfMany(runs);
}

function bothLatencies(run: RunSummary): string[] {
  const title = "Latency of the deliveries";
  if (run.fromScheduled === null) {
    return [`${title}\n${draw(["ms", "from sent"], figureRows([run], [run.fromSent]))}`, NO_PLAN];
  }
  const rows = figureRows([run], [run.fromScheduled, run.fromSent]);
  return [`${title}\n${draw(["ms", "from scheduled", "from sent"], rows)}`];
}

function latenciesOfMany(runs: readonly RunSummary[]): string[] {
  const fromScheduled = runs.map((run) => run.fromScheduled);
  const fromSent = runs.map((run) => run.fromSent);
  return [
    ...(fromScheduled.every((latency) => latency === null)
      ? [NO_PLAN]
      : sideBySide("Latency from scheduled: what a user feels", figureRows(runs, fromScheduled))),
    ...sideBySide("Latency from sent: what the server did", figureRows(runs, fromSent)),
  ];
}

function thresholds(runs: readonly RunSummary[]): string[] {
  const rows = runs.flatMap((run, i) =>
    verdictRows(run).map(([threshold, ...row]) => [`${nameOf(runs, i)}${threshold}`, ...row]),
  );
  return rows.length === 0 ? [] : [`Thresholds\n${draw(VERDICT_HEADS, rows)}`];
}

/** A row per figure: its name, and its value in each of the latencies. */
function figureRows(runs: readonly RunSummary[], columns: ReadonlyArray<LatencySummary | null>): string[][] {
  const values = columns.map((latency) => new Map(latency === null ? [] : latencyFigures(latency)));
  return figureNames(runs).map((name) => [name, ...values.map((of) => latencyCell(of.get(name) ?? null))]);
}

/** Runs as columns, in as many tables as it takes to stay within the width of the page. */
function sideBySide(title: string, rows: readonly string[][]): string[] {
  const heads = ["ms", ...(rows[0] ?? []).slice(1).map((_, i) => `#${i + 1}`)];
  const widths = heads.map((head, i) => 3 + Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const tables: string[] = [];
  for (let first = 1; first < heads.length; ) {
    let width = 1 + widths[0]!;
    let end = first;
    // At least one run a table, however wide its figures.
    do width += widths[end++]!;
    while (end < heads.length && width + widths[end]! <= PAGE_WIDTH);
    const pick = (row: readonly string[]) => [row[0]!, ...row.slice(first, end)];
    tables.push(`${title}\n${draw(pick(heads), rows.map(pick))}`);
    first = end;
  }
  return tables;
}

/** "#3 " ties the tables together; a run that is alone needs no number. */
function nameOf(runs: readonly RunSummary[], index: number): string {
  return runs.length === 1 ? "" : `#${index + 1} `;
}

/** The end of a long label: files are told apart there. */
function shorten(label: string): string {
  return label.length > LONGEST_LABEL ? `…${label.slice(1 - LONGEST_LABEL)}` : label;
}
