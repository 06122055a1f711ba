import type { RunSummary } from "../../results/summary.ts";
import type { SummaryFormat } from "../../results/summary-formats.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTable } from "./table.ts";

const RENDERERS: Record<SummaryFormat, (runs: readonly RunSummary[]) => string> = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
};

/** The runs as text that ends with a newline. */
export function render(runs: readonly RunSummary[], format: SummaryFormat): string {
  return RENDERERS[format](runs);
}
