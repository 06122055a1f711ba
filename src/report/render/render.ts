import type { RunSummary } from "../../results/summary.ts";
import type { SummaryFormat } from "../../results/summary-formats.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTable } from "./table.ts";
import type { Screen } from "./terminal/screen.ts";
import { renderSketch } from "./terminal/sketch.ts";

const RENDERERS: Record<SummaryFormat, (runs: readonly RunSummary[]) => string> = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
};

/** The runs as text that ends with a newline; a table on a screen is followed by what it cannot show. */
export function render(
  runs: readonly RunSummary[],
  format: SummaryFormat,
  screen: Screen | null = null,
): string {
  const sketch = format === "table" && screen !== null ? renderSketch(runs, screen) : "";
  return RENDERERS[format](runs) + sketch;
}
