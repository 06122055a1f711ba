import { excerpt } from "../../lib/sanitise.ts";
import { CSV_COLUMNS } from "../../results/csv.ts";

/** Columns of the older form, which has no plan. */
const OLD_WIDTH = 5;
export const WIDTH = CSV_COLUMNS.length;

/** Is this the line that names the columns, in whatever order? A row has at most an id or two that look like it. */
export function isHeader(cells: readonly string[]): boolean {
  return cells[0] === CSV_COLUMNS[0] || cells.filter(isColumn).length >= 4;
}

function isColumn(name: string): boolean {
  return (CSV_COLUMNS as readonly string[]).includes(name);
}

/** What is wrong with the line that names the columns, or `null`. */
export function headerProblem(cells: readonly string[]): string | null {
  const known = cells.every((cell, i) => cell === CSV_COLUMNS[i]);
  if (known && (cells.length === WIDTH || cells.length === OLD_WIDTH)) return null;
  const odd = cells.findIndex((cell) => !isColumn(cell));
  const what =
    odd === -1
      ? `columns in another order or number: "${excerpt(cells.join(","), 80)}"`
      : `column ${odd + 1} is unknown: "${excerpt(cells[odd]!)}"`;
  return `${what}; allowed: ${CSV_COLUMNS.join(",")}, or the first ${OLD_WIDTH} of them`;
}

/** What is wrong with a row in a file whose rows have `width` columns, or `null`. */
export function rowProblem(cells: readonly string[], width: number): string | null {
  if (isHeader(cells) || cells[0]!.startsWith("# scale-chat")) {
    return "a second beginning inside the file: were two files joined? report takes them one by one";
  }
  if (cells.length !== width) {
    const form = width === WIDTH ? "message_id … scheduled_us" : "message_id … timestamp_us";
    return `${columns(cells.length)} instead of ${width} (${form})`;
  }
  for (const i of [0, 1, 2]) if (cells[i] === "") return `${CSV_COLUMNS[i]} is empty`;
  if (cells[3] !== "Sent" && cells[3] !== "Received") {
    return `type is "${excerpt(cells[3]!)}"; allowed: Sent, Received`;
  }
  return timeProblem(cells, 4) ?? (width === WIDTH && cells[5] !== "" ? timeProblem(cells, 5) : null);
}

/** What is wrong with the first row of a file, which decides its form, or `null`. */
export function firstRowProblem(cells: readonly string[]): string | null {
  if (cells.length === WIDTH || cells.length === OLD_WIDTH) return rowProblem(cells, cells.length);
  return (
    `not a results file: "${excerpt(cells.join(","))}" has ${columns(cells.length)}; ` +
    `allowed: ${WIDTH} (${CSV_COLUMNS.join(",")}) or the first ${OLD_WIDTH} of them`
  );
}

/** A whole number out of digits only, at most 2^53; -1 when it is anything else. */
export function wholeNumber(text: string): number {
  if (text.length === 0 || text.length > 16) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

function timeProblem(cells: readonly string[], column: number): string | null {
  if (wholeNumber(cells[column]!) >= 0) return null;
  const what = `${CSV_COLUMNS[column]} is "${excerpt(cells[column]!)}"`;
  return `${what}; allowed: whole microseconds since 1970, such as 1763683200000123`;
}

function columns(count: number): string {
  return count === 1 ? "1 column" : `${count} columns`;
}
