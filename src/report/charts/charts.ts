import type { Chart } from "./chart.ts";
import { deliveries } from "./deliveries.ts";
import { generatorHealth } from "./generator-health.ts";
import { meanLatency } from "./mean-latency.ts";
import { latencyOverTime, rateOverTime } from "./over-time.ts";
import { percentileCurve } from "./percentile-curve.ts";
import { percentileGrid, percentileGridWithin } from "./percentile-grid.ts";

/** All charts, in the order in which a reader asks; the grid once more, cut, where there is a limit. */
export function chartsFor(limitUs: number | null): Chart[] {
  return [
    percentileCurve,
    ...(limitUs === null ? [] : [percentileGridWithin(limitUs)]),
    percentileGrid,
    meanLatency,
    deliveries,
    latencyOverTime,
    rateOverTime,
    generatorHealth,
  ];
}
