const BLOCKS = "▁▂▃▄▅▆▇█";
const ASCII = "_.:-=+*#";

export interface Sparkline {
  /** One character a column; a column of which nothing is known is blank. */
  text: string;
  /** How many values a column stands for: the largest of them. */
  each: number;
}

/** Values, at least 0, as columns from 0 to the largest of them, in at most `width` characters. */
export function sparkline(values: ReadonlyArray<number | null>, width: number, unicode: boolean): Sparkline {
  const each = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  const columns = Array.from({ length: Math.ceil(values.length / each) }, (_, i) =>
    largest(values.slice(i * each, (i + 1) * each)),
  );
  const most = largest(columns) ?? 0;
  const levels = unicode ? BLOCKS : ASCII;
  const text = columns.map((value) => (value === null ? " " : levels[levelOf(value, most, levels.length)]!));
  return { text: text.join(""), each };
}

function levelOf(value: number, most: number, levels: number): number {
  if (most === 0) return 0;
  return Math.min(levels - 1, Math.floor((Math.max(0, value) / most) * levels));
}

function largest(values: ReadonlyArray<number | null>): number | null {
  return values.reduce(
    (most, value) => (value === null || (most !== null && most >= value) ? most : value),
    null,
  );
}
