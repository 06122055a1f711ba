import type { RunSummary } from "../../results/summary.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTable } from "./table.ts";

const RENDERERS = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
} satisfies Record<string, (runs: readonly RunSummary[]) => string>;

export type Format = keyof typeof RENDERERS;

/** The runs as text that ends with a newline. */
export function render(runs: readonly RunSummary[], format: Format): string {
  return RENDERERS[format](runs);
}
