import { Distribution } from "../../lib/distribution.ts";
import { END, META } from "../../results/fake-run.ts";
import { type RunSummary, summariseLatency } from "../../results/summary.ts";

/** A run whose deliveries took 1 to 100 ms and `addUs` more, at 1,000 deliveries a second. For tests. */
export function runWith(addUs: number, more: Partial<RunSummary> = {}): RunSummary {
  const latencies = new Distribution();
  for (let ms = 1; ms <= 100; ms++) latencies.add(ms * 1000 + addUs);
  const latency = summariseLatency(latencies, 100, [50, 99]);
  return {
    label: "run.csv",
    ...{ rooms: 1, roomSize: 10, clients: 10, sent: 100, expected: 1000, received: 1000 },
    ...{ sample: 1, repeated: 0, unmatched: 0, spanUs: 1_000_000, fromScheduled: latency, fromSent: latency },
    ...{ disturbances: null, timeline: null, meta: { ...META, end: END }, notes: [] },
    ...more,
  };
}
