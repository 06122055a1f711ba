import { formatPercent } from "../../../src/lib/format.ts";
import type { Aim, Column, Outcome, Row } from "../row.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** A row as Markdown: what is asked, a table of the medians, whether the aim is reached, and what limited each. */
export function renderRow(row: Row, outcomes: readonly Outcome[]): string {
  const notes = outcomes.flatMap(({ entrant, measurements }) => {
    const note = measurements.at(-1)?.note;
    return note === undefined ? [] : [`- ${entrant.name}: ${note}`];
  });
  const paragraphs = [
    `### ${row.id}: ${row.title}`,
    `${row.method} ${describeRuns(outcomes)}`,
    renderTable(row.columns, outcomes),
    ...(row.aims.length === 0 ? [] : [renderAims(row, outcomes)]),
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
  ];
  return paragraphs.join("\n\n");
}

function describeRuns(outcomes: readonly Outcome[]): string {
  const runs = Math.max(...outcomes.map(({ measurements }) => measurements.length));
  return runs === 1 ? "One run." : `Medians of ${runs} runs, with the least and the most.`;
}

function renderTable(columns: readonly Column[], outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ entrant, measurements }) => {
    if (entrant.missing !== null) return [entrant.name, entrant.missing, ...columns.slice(1).map(() => "")];
    return [entrant.name, ...columns.map((column) => cell(column.format, spread(measurements, column.key)))];
  });
  const head = ["", ...columns.map(({ head }) => head)];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** `median (min to max)`, or only the figure where all are the same. */
export function cell(format: Column["format"], figures: Spread | null): string {
  if (figures === null) return "–";
  const [median, min, max] = [figures.median, figures.min, figures.max].map(format) as [
    string,
    string,
    string,
  ];
  return min === max ? median : `${median} (${min} to ${max})`;
}

function renderAims({ aims, columns }: Row, outcomes: readonly Outcome[]): string {
  return aims.map((aim) => renderAim(aim, columns, outcomes)).join(" ");
}

function renderAim(aim: Aim, columns: readonly Column[], outcomes: readonly Outcome[]): string {
  const ours = outcomes.find(({ entrant }) => entrant.isOurs)!;
  const figure = spread(ours.measurements, aim.key)?.median ?? null;
  if (figure === null) return `Aim: ${aim.text}. **Not measured.**`;
  const { format } = columns.find(({ key }) => key === aim.key)!;
  const wanted = (aim.atLeast ?? aim.atMost)!;
  const isMet = aim.atLeast === undefined ? figure <= wanted : figure >= wanted;
  const share = formatPercent(Number((figure / wanted).toFixed(2)));
  return `Aim: ${aim.text}. ${isMet ? "Reached" : "**Missed**"}: ${format(figure)}, ${share} of it.`;
}

function spread(measurements: Outcome["measurements"], key: string): Spread | null {
  return spreadOf(measurements.map(({ figures }) => figures[key] ?? null));
}
