import type { Random } from "../../lib/random.ts";
import { drawFrom, meanOf, type Range } from "../../lib/range.ts";

/** How the messages of one client follow each other. */
export type Arrivals = "fixed" | "poisson";

/** The time between two messages of one client, milliseconds. */
export interface Gaps {
  /** Until the first: of a random phase, so that clients do not speak in step. */
  first(): number;
  next(): number;
  readonly mean: number;
}

/** `fixed`: each gap out of `interval`. `poisson`: exponential ones around its mean, as of people who do not take turns. */
export function gapsOf(interval: Range, arrivals: Arrivals, random: Random): Gaps {
  const mean = meanOf(interval);
  if (arrivals === "fixed") {
    return {
      mean,
      first: () => random() * drawFrom(interval, random),
      next: () => drawFrom(interval, random),
    };
  }
  // `random` may be 0, but never 1.
  const gap = () => -Math.log(1 - random()) * mean;
  return { mean, first: gap, next: gap };
}
