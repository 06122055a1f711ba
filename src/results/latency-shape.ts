import type { Distribution } from "../lib/distribution.ts";

/** Deliveries that took longer than `fromUs` and at most `toUs`; the first bin begins below 0. */
export interface LatencyBin {
  fromUs: number;
  toUs: number;
  count: number;
}

/** Where a curve of percentiles is drawn: closer and closer towards 100, as its axis is. */
export const CURVE_PERCENTS: readonly number[] = [
  ...[1, ...Array.from({ length: 44 }, (_, i) => (i + 1) * 2)],
  ...[90, 91, 92, 93, 94, 95, 96, 97, 98, 98.5],
  ...[99, 99.1, 99.2, 99.3, 99.4, 99.5, 99.6, 99.7, 99.8, 99.85],
  ...[99.9, 99.92, 99.94, 99.96, 99.98, 99.99, 99.995, 99.999, 100],
];

/** 1, 2, 5, 10, … microseconds, to a thousand seconds: about equal steps on a logarithmic axis. */
const BOUNDS: readonly number[] = Array.from({ length: 9 }, (_, k) => [10 ** k, 2 * 10 ** k, 5 * 10 ** k])
  .flat()
  .concat(10 ** 9);

/** How many values fall between the bounds 1, 2, 5, 10 … microseconds; what is beyond the last is in the last bin. */
export function latencyBins(latencies: Distribution): LatencyBin[] {
  const upTo = latencies.countsUpTo(BOUNDS);
  upTo[upTo.length - 1] = latencies.count;
  const bins = BOUNDS.map((toUs, i) => {
    const [fromUs, before] = i === 0 ? [0, 0] : [BOUNDS[i - 1]!, upTo[i - 1]!];
    return { fromUs, toUs, count: upTo[i]! - before };
  });
  const first = bins.findIndex(({ count }) => count > 0);
  return first === -1 ? [] : bins.slice(first, bins.findLastIndex(({ count }) => count > 0) + 1);
}
