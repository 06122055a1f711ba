import type { RunSummary } from "../../results/summary.ts";
import type { Format } from "../formats.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTable } from "./table.ts";

const RENDERERS: Record<Format, (runs: readonly RunSummary[]) => string> = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
};

/** The runs as text that ends with a newline. */
export function render(runs: readonly RunSummary[], format: Format): string {
  return RENDERERS[format](runs);
}
