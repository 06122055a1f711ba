import Table from "cli-table3";

/** A table for people, without colours. The columns whose heads are in `right` hold figures, which stand right. */
export function drawTable(
  heads: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
  right: readonly string[] = [],
): string {
  const table = new Table({
    head: [...heads],
    colAligns: heads.map((head) => (right.includes(head) ? "right" : "left")),
    // Colours are the library's default, also into a file; a rule between any two rows only doubles the height.
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
