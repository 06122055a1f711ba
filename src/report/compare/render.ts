import type { SummaryFormat } from "../../results/summary-formats.ts";
import { draw } from "../render/draw-table.ts";
import { jsonText, reportObject } from "../render/json.ts";
import { escaped, table } from "../render/markdown-table.ts";
import { DELTA_HEADS, deltaRows, THRESHOLD_HEADS, thresholdRows } from "./cells.ts";
import type { Comparison } from "./compare.ts";
import { comparisonObject, renderComparisonCsv } from "./data.ts";

/** How the two kinds of text for people draw what they have in common. */
interface Style {
  table: (heads: string[], rows: string[][], words: number) => string;
  text: (text: string) => string;
}

const STYLES: Record<"table" | "markdown", Style> = {
  table: { table: draw, text: (text) => text },
  markdown: { table, text: escaped },
};

/** Runs beside those of the baseline, as text that ends with a newline. */
export function renderComparisons(comparisons: readonly Comparison[], format: SummaryFormat): string {
  if (format === "csv") return renderComparisonCsv(comparisons);
  if (format === "json") {
    const report = reportObject(comparisons.map(({ run }) => run));
    return jsonText({ ...report, comparisons: comparisons.map(comparisonObject) });
  }
  const style = STYLES[format];
  return `${comparisons.flatMap((comparison) => sections(comparison, style)).join("\n\n")}\n`;
}

function sections(comparison: Comparison, { table, text }: Style): string[] {
  const { run, before } = comparison;
  const notes = notesOf(comparison);
  const deltas = deltaRows(comparison);
  const thresholds = thresholdRows(comparison);
  return [
    text(before === null ? run.label : `${run.label} against ${nameOf(comparison)}`),
    ...(deltas.length === 0 ? [] : [table(DELTA_HEADS, deltas, 1)]),
    ...(thresholds.length === 0 ? [] : [table(THRESHOLD_HEADS, thresholds, 3)]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${text(note)}`).join("\n")]),
  ];
}

/** Two runs of the same name are told apart by what they are. */
function nameOf({ run, before }: Comparison): string {
  return before!.label === run.label ? "the one before" : before!.label;
}

function notesOf({ run, before, notes }: Comparison): string[] {
  return [...notes, ...run.notes, ...(before?.notes ?? []).map((note) => `before: ${note}`)];
}
