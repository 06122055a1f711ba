/** What came of trying a load: `beyond` is more than this machine can generate, and was not run. */
export type Attempt = { load: number; result: "held" | "broke" | "beyond" };

/** Loads are numbers of which a larger one is more to bear. */
export interface SearchBounds {
  /** Tried first. */
  start: number;
  least: number;
  most: number;
  /** The limit is known when the next load that breaks is at most this share above it. */
  resolution: number;
  /** The nearest load that there can be: whole clients, whole milliseconds. */
  quantise: (load: number) => number;
}

/** Runs in which a load has to hold, every time, before it counts; and in which the next one has to break. */
export const HELD_RUNS = 3;
export const BROKEN_RUNS = 2;

/** Where the attempts so far leave the limit. A load holds when it held in every run. */
export interface Bracket {
  /** The highest load that holds, below all that do not; `null` when none does. */
  good: number | null;
  /** The lowest load that did not hold every time; `null` when all did. */
  bad: number | null;
}

export function bracketOf(attempts: readonly Attempt[]): Bracket {
  const lowest = Math.min(...attempts.filter(({ result }) => result !== "held").map(({ load }) => load));
  const below = attempts.map(({ load }) => load).filter((load) => load < lowest);
  return {
    good: below.length === 0 ? null : Math.max(...below),
    bad: Number.isFinite(lowest) ? lowest : null,
  };
}

/**
 * The load to try next, or `null` when the limit is known: doubles until one breaks (or halves until one holds),
 * bisects, and then tries the two that enclose the limit again.
 */
export function nextLoad(attempts: readonly Attempt[], bounds: SearchBounds): number | null {
  const { start, least, most, quantise } = bounds;
  if (attempts.length === 0) return start;
  const { good, bad } = bracketOf(attempts);
  if (good === null) return bad! <= least ? null : Math.max(least, quantise(bad! / 2));
  if (bad === null && good < most) return Math.min(most, quantise(good * 2));
  const between = bad === null ? null : loadBetween(good, bad, bounds);
  return between ?? loadToConfirm(attempts, good, bad);
}

function loadBetween(good: number, bad: number, { quantise, resolution }: SearchBounds): number | null {
  const middle = quantise((good + bad) / 2);
  return (bad - good) / good > resolution && middle > good && middle < bad ? middle : null;
}

function loadToConfirm(attempts: readonly Attempt[], good: number, bad: number | null): number | null {
  const runs = (load: number | null) => attempts.filter((attempt) => attempt.load === load);
  if (runs(good).length < HELD_RUNS) return good;
  const broken = runs(bad);
  const isRun = broken.every(({ result }) => result !== "beyond");
  return bad !== null && isRun && broken.length < BROKEN_RUNS ? bad : null;
}
