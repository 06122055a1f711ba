import type { Clock } from "../../lib/clock.ts";
import { formatWait } from "../../lib/format.ts";
import type { LoadOptions } from "../options.ts";
import type { Series } from "../series/series.ts";
import { describeRun } from "../series/series-words.ts";
import type { Combination } from "./grid.ts";

export interface SweepParts {
  /** What all tests share. */
  base: LoadOptions;
  coolDownMs: number;
  series: Series;
  clock: Clock;
  say: (line: string) => void;
}

/** Runs a load test for each combination. What came of them is in `series`, which also says if it ended early. */
export async function sweep(combinations: readonly Combination[], parts: SweepParts): Promise<void> {
  const { base, coolDownMs, series, clock, say } = parts;
  const tests = combinations.map(({ label, options }) => ({ label, options: { ...base, ...options } }));
  const startedAt = clock.now();
  for (const [i, { label, options }] of tests.entries()) {
    const left = timeLeft(
      tests.map((test) => test.options),
      { done: i, passedMs: clock.now() - startedAt, coolDownMs },
    );
    say(`run ${i + 1} of ${tests.length}: ${label} (about ${formatWait(left)} left)`);
    const run = await series.run(label, options);
    if (run !== null) for (const line of describeRun(run)) say(line);
    if (series.ended !== null) return;
  }
}

/**
 * Milliseconds until the last of the tests is over: what is planned, and what those that are done took beyond
 * their plan, which is the wait for their last deliveries and for their clients to leave.
 */
export function timeLeft(
  tests: readonly LoadOptions[],
  { done, passedMs, coolDownMs }: { done: number; passedMs: number; coolDownMs: number },
): number {
  const planned = (from: number, to: number) =>
    tests.slice(from, to).reduce((sum, { ramp, duration }) => sum + ramp + duration, 0);
  const pauses = (tests.length - Math.max(1, done)) * coolDownMs;
  const pausesDone = Math.max(0, done - 1) * coolDownMs;
  const beyond = done === 0 ? 0 : Math.max(0, passedMs - planned(0, done) - pausesDone) / done;
  return planned(done, tests.length) + pauses + beyond * (tests.length - done);
}
