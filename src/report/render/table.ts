import Table from "cli-table3";
import type { LatencySummary, RunSummary } from "../../results/summary.ts";
import {
  countCell,
  figureNames,
  latencyCell,
  latencyFigures,
  lossCell,
  NOT_KNOWN,
  roomsCell,
} from "./cells.ts";

/** Runs side by side in one table of latencies, so that it stays within 100 columns. */
const RUNS_ABREAST = 8;
const LONGEST_LABEL = 30;

/**
 * For people, in 100 columns and without colours: what happened, with a row per run; the latencies, with a
 * row per percentile so that runs stand side by side however many there are; and the notes.
 */
export function renderTable(runs: readonly RunSummary[]): string {
  const notes = runs.flatMap((run, i) => run.notes.map((note) => `  ${nameOf(runs, i)}${note}`));
  const parts = [
    whatHappened(runs),
    ...(runs.length === 1 ? bothLatencies(runs[0]!) : latenciesOfMany(runs)),
    ...(notes.length > 0 ? [`Notes\n${notes.join("\n")}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function whatHappened(runs: readonly RunSummary[]): string {
  const heads = ["run", "rooms x size", "clients", "sent", "expected", "received", "loss"];
  const rows = runs.map((run, i) => [
    `${nameOf(runs, i)}${shorten(run.label)}`,
    roomsCell(run),
    ...[run.clients, run.sent, run.expected, run.received].map(countCell),
    lossCell(run),
  ]);
  return `Messages sent, and their deliveries\n${draw(heads, rows)}`;
}

function bothLatencies(run: RunSummary): string[] {
  const heads = ["ms", "from scheduled", "from sent"];
  return [`Latency of the deliveries\n${latencyTable(heads, [run], [run.fromScheduled, run.fromSent])}`];
}

function latenciesOfMany(runs: readonly RunSummary[]): string[] {
  const table = (title: string, pick: (run: RunSummary) => LatencySummary | null) =>
    blocks(runs).map(({ first, some }) => {
      const heads = ["ms", ...some.map((_, i) => `#${first + i + 1}`)];
      return `${title}\n${latencyTable(heads, some, some.map(pick))}`;
    });
  return [
    ...table("Latency from scheduled: what a user feels", (run) => run.fromScheduled),
    ...table("Latency from sent: what the server did", (run) => run.fromSent),
  ];
}

function latencyTable(
  heads: string[],
  runs: readonly RunSummary[],
  latencies: ReadonlyArray<LatencySummary | null>,
): string {
  const figures = latencies.map((latency) => new Map(latency === null ? [] : latencyFigures(latency)));
  const rows = figureNames(runs).map((name) => [
    name,
    ...figures.map((values) => (values.size === 0 ? NOT_KNOWN : latencyCell(values.get(name) ?? null))),
  ]);
  return draw(heads, rows);
}

/** The first column is words and stands left, the others are figures and stand right. */
function draw(heads: string[], rows: string[][]): string {
  const table = new Table({
    head: heads,
    colAligns: heads.map((_, i) => (i === 0 ? "left" : "right")),
    // Colours are the library's default, also into a file.
    style: { head: [], border: [] },
  });
  table.push(...rows);
  return withoutInnerRules(table.toString());
}

/** A rule after the head helps; one between any two rows of figures only doubles the height. */
function withoutInnerRules(drawn: string): string {
  return drawn
    .split("\n")
    .filter((line, i) => !line.startsWith("├") || i === 2)
    .join("\n");
}

function blocks(runs: readonly RunSummary[]): Array<{ first: number; some: readonly RunSummary[] }> {
  const starts = Array.from({ length: Math.ceil(runs.length / RUNS_ABREAST) }, (_, i) => i * RUNS_ABREAST);
  return starts.map((first) => ({ first, some: runs.slice(first, first + RUNS_ABREAST) }));
}

/** "#3 " ties the tables together; a run that is alone needs no number. */
function nameOf(runs: readonly RunSummary[], index: number): string {
  return runs.length === 1 ? "" : `#${index + 1} `;
}

/** The end of a long label: files are told apart there. */
function shorten(label: string): string {
  return label.length > LONGEST_LABEL ? `…${label.slice(1 - LONGEST_LABEL)}` : label;
}
