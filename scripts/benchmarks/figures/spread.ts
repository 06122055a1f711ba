/** Several measurements of the same. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** `null` where nothing could be measured. The median of an even number is the mean of the middle two. */
export function spreadOf(figures: ReadonlyArray<number | null>): Spread | null {
  const sorted = figures.filter((figure) => figure !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}
