import { liveLine } from "../cli/live-line.ts";
import type { Runtime } from "../cli/runtime.ts";
import { timeOfDay } from "../lib/clock.ts";
import type { LoadOptions } from "../loadtest/options.ts";
import type { SignToken } from "../loadtest/run.ts";
import { DEFAULT_PERCENTILES, type RunSummary } from "../results/summary.ts";
import type { Threshold } from "../results/threshold.ts";
import { judged, percentilesFor } from "../results/threshold-judge.ts";
import { openSigner, type Signer } from "./auth.ts";
import type { LoadtestOptions } from "./loadtest-options.ts";

/** For signing the tokens themselves, for goodbyes, and for clocks that differ. */
const TOKEN_MARGIN_MS = 600_000;

export interface JudgedTest {
  summary: RunSummary;
  problems: string[];
  /** It was ended before its time because a threshold was seen to fail. */
  aborted: boolean;
}

interface TestWorld {
  stop: Promise<unknown>;
  say: (line: string) => void;
}

/** A load test that is held to thresholds, shown on the terminal as the options want it. */
export async function judgedLoadTest(
  { quiet, abortOnFail, authKeyFile }: LoadtestOptions,
  thresholds: readonly Threshold[],
  { clock, random, stderr }: Runtime,
): Promise<(load: LoadOptions, path: string, world: TestWorld) => Promise<JudgedTest>> {
  const { loadTest } = await import("../loadtest/loadtest.ts");
  const { brokenSoFar } = await import("../loadtest/early-verdict.ts");
  const show = quiet ? null : liveLine(stderr);
  const sign = authKeyFile === undefined ? null : await openSigner(authKeyFile);
  const percentiles = percentilesFor(thresholds, DEFAULT_PERCENTILES);
  return async (load, path, { stop, say }) => {
    let aborted = false;
    const { summary, problems } = await loadTest({ ...load, percentiles }, path, {
      ...{ clock, random, stop, say, show },
      signToken: sign === null ? undefined : tokensFor(load, sign),
      watch(now) {
        const broken = abortOnFail ? brokenSoFar(thresholds, now, load) : null;
        aborted ||= broken !== null;
        return broken;
      },
    });
    return { summary: judged(summary, thresholds), problems, aborted };
  };
}

/** A token for each client, which lasts as long as the test may take. */
function tokensFor({ ramp, connectTimeout, duration, settle }: LoadOptions, sign: Signer): SignToken {
  const expiresAt = timeOfDay.now() + ramp + connectTimeout + duration + settle + TOKEN_MARGIN_MS;
  return (name, room) => sign({ name, rooms: [room], expiresAt });
}

/** Says a line to the person who waits, unless nobody wants to hear it. */
export function sayer(
  { quiet }: LoadtestOptions,
  { stderr }: Pick<Runtime, "stderr">,
): (line: string) => void {
  return quiet ? () => {} : (line) => void stderr.write(`${line}\n`);
}
