import { drawTable } from "../../lib/table.ts";

/** The first `words` columns are text and stand left, the others are figures and stand right. */
export function draw(heads: readonly string[], rows: ReadonlyArray<readonly string[]>, words = 1): string {
  return drawTable(heads, rows, heads.slice(words));
}
