import Table from "cli-table3";

/** The first `words` columns are text and stand left, the others are figures and stand right. */
export function draw(heads: string[], rows: string[][], words = 1): string {
  const table = new Table({
    head: heads,
    colAligns: heads.map((_, i) => (i < words ? "left" : "right")),
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
