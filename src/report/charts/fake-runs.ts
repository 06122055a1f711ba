import { Distribution } from "../../lib/distribution.ts";
import { seededRandom } from "../../lib/random.ts";
import { END, META, START_US } from "../../results/fake-run.ts";
import { DEFAULT_PERCENTILES, type RunSummary, summariseLatency } from "../../results/summary.ts";
import { Timeline } from "../../results/timeline.ts";

/** A run of `seconds` with four messages of two deliveries a second, about as slow as `typicalUs`. For tests. */
export function fakeRun(label: string, typicalUs: number, seconds = 12): RunSummary {
  const random = seededRandom(typicalUs);
  const [fromScheduled, fromSent, timeline] = [
    new Distribution(),
    new Distribution(),
    new Timeline(START_US),
  ];
  for (let i = 0; i < seconds * 4; i++) {
    const dueUs = START_US + i * 250_000;
    timeline.sent(dueUs + 100);
    for (let member = 0; member < 2; member++) {
      const us = 100 + Math.floor(typicalUs * (0.5 - Math.log(random() + 1e-3)));
      fromScheduled.add(us);
      fromSent.add(us - 100);
      timeline.received(dueUs + us, dueUs);
    }
  }
  const column = (worst: number) => Array.from({ length: seconds }, () => worst * random());
  const generator = {
    slot_s: 1,
    cpu_percent: column(60),
    loop_delay_ms: column(20),
    send_lag_ms: column(30),
  };
  const sent = seconds * 4;
  return {
    ...{ label, rooms: 1, roomSize: 2, clients: 2, sent, expected: sent * 2, received: sent * 2 },
    ...{ sample: 1, repeated: 0, unmatched: 0, spanUs: seconds * 1_000_000, disturbances: null, notes: [] },
    fromScheduled: summariseLatency(fromScheduled, sent, DEFAULT_PERCENTILES),
    fromSent: summariseLatency(fromSent, sent, DEFAULT_PERCENTILES),
    timeline: timeline.summary(),
    meta: { ...META, command: "scale-chat loadtest --rooms 1", processes: 2, end: { ...END, generator } },
  };
}

/** Runs towards more and more load. */
export function fakeSweep(count: number, seconds = 12): RunSummary[] {
  return Array.from({ length: count }, (_, i) => fakeRun(`1 x ${(i + 1) * 10}`, 1000 * 2 ** i, seconds));
}

/** As a file of the older form without a single delivery is: nothing is known of it. */
export const UNKNOWN_RUN: RunSummary = {
  ...fakeRun("unknown", 1000),
  ...{ rooms: null, roomSize: null, expected: null, received: 0, spanUs: null },
  ...{ fromScheduled: null, fromSent: null, timeline: null, meta: null },
};
