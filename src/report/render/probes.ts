import { draw } from "./draw-table.ts";

/** One try of a load, in words. */
export interface ProbeRow {
  label: string;
  result: string;
  /** Why it did not hold. */
  reasons: readonly string[];
}

const LONGEST_REASON = 60;

/** The tries of a search, in their order, and what they come to. */
export function renderProbes(probes: readonly ProbeRow[], sentences: readonly string[]): string {
  const rows = probes.map(({ label, result, reasons }, i) => [
    `#${i + 1} ${label}`,
    result,
    shorten(reasons.join("; ")),
  ]);
  const table = rows.length === 0 ? [] : [`Probes\n${draw(["load", "result", "why"], rows, 3)}`];
  return `${[...table, sentences.join("\n")].join("\n\n")}\n`;
}

function shorten(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}
