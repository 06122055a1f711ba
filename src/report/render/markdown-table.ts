/** The first `words` columns are text and stand left, the others are figures and stand right. */
export function table(heads: readonly string[], rows: readonly string[][], words: number): string {
  const rule = heads.map((_, i) => (i < words ? "---" : "---:"));
  return [heads, rule, ...rows.map((row) => row.map(escaped))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

/** A pipe would end the cell; the others would become markup. */
export function escaped(text: string): string {
  return text.replace(/[\\|`*_[\]<>#]/g, "\\$&");
}
