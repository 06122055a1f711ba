import type { LoadSample } from "./fleet-state.ts";

export type SampleFigure = Exclude<keyof LoadSample, "at">;

/**
 * The mean of a figure over the samples of the last `windowMs`. `null` where they are too few to be evidence: a
 * server that just started, or fell silent. One may be missing, because samples come a little late.
 */
export function meanOver(
  samples: readonly LoadSample[],
  figure: SampleFigure,
  windowMs: number,
  now: number,
): number | null {
  const { mean, count } = within(samples, figure, windowMs, now);
  return count >= Math.round(windowMs / 1000) - 1 ? mean : null;
}

/** The mean of what there is in the window, else the newest sample, else 0: for choosing, where something must be said. */
export function meanOrNewest(
  samples: readonly LoadSample[],
  figure: SampleFigure,
  windowMs: number,
  now: number,
): number {
  return within(samples, figure, windowMs, now).mean ?? samples.at(-1)?.[figure] ?? 0;
}

/** `mean` is `null` where there are none. */
function within(
  samples: readonly LoadSample[],
  figure: SampleFigure,
  windowMs: number,
  now: number,
): { mean: number | null; count: number } {
  let sum = 0;
  let count = 0;
  for (let i = samples.length - 1; i >= 0 && samples[i]!.at > now - windowMs; i--) {
    sum += samples[i]![figure];
    count++;
  }
  return { mean: count > 0 ? sum / count : null, count };
}
