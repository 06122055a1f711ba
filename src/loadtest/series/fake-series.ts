import { OperationError } from "../../lib/errors.ts";
import type { RunSummary } from "../../results/summary.ts";
import type { LoadOptions } from "../options.ts";
import { Series, type SeriesRun } from "./series.ts";

/** What a load test of these options comes to, a text is why it cannot run; it may stop the series. */
export type FakeOutcome = (
  options: LoadOptions,
  stop: () => void,
) => { summary?: Partial<RunSummary>; problems?: string[] } | string;

const SUMMARY: RunSummary = {
  label: "as the load test calls it",
  ...{
    rooms: 1,
    roomSize: 1,
    clients: 1,
    sent: 1,
    expected: 1,
    received: 1,
    sample: 1,
    repeated: 0,
    unmatched: 0,
  },
  ...{ spanUs: 1, fromScheduled: null, fromSent: null, disturbances: null, timeline: null, meta: null },
  notes: [],
};

/** A series in which nothing is run, paused or written: it is noted in `log`. For tests. */
export function fakeSeries(outcome: FakeOutcome) {
  const log: string[] = [];
  const kept: SeriesRun[] = [];
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const series = new Series(5000, {
    async run(options, path) {
      log.push(`run ${path}`);
      const came = outcome(options, stop);
      if (typeof came === "string") throw new OperationError(came);
      return { summary: { ...SUMMARY, ...came.summary }, problems: came.problems ?? [] };
    },
    async pause(ms) {
      log.push(`pause ${ms}`);
    },
    stop: stopped,
    folder: {
      place: (label) => ({ file: `${label}.csv`, path: label }),
      keep: (run) => kept.push(run),
    },
  });
  return { series, log, kept, stop: () => stop() };
}
