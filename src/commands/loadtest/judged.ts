import { liveLine } from "../../cli/live-line.ts";
import type { Runtime } from "../../cli/runtime.ts";
import type { LoadOptions } from "../../loadtest/options.ts";
import { DEFAULT_PERCENTILES, type RunSummary } from "../../results/summary.ts";
import type { Threshold } from "../../results/threshold.ts";
import { judged, percentilesFor } from "../../results/threshold-judge.ts";
import type { LoadtestOptions } from "./options.ts";
import { generatorProgram } from "./program.ts";
import { openTokens } from "./tokens.ts";

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
  runtime: Runtime,
): Promise<(load: LoadOptions, path: string | null, world: TestWorld) => Promise<JudgedTest>> {
  const { loadTest } = await import("../../loadtest/loadtest.ts");
  const { brokenSoFar } = await import("../../loadtest/watch/early-verdict.ts");
  const { clock, random, stderr } = runtime;
  const program = generatorProgram(runtime, authKeyFile);
  const show = quiet ? null : liveLine(stderr);
  const sign = await openTokens(authKeyFile);
  const percentiles = percentilesFor(thresholds, DEFAULT_PERCENTILES);
  return async (load, path, { stop, say }) => {
    let aborted = false;
    const { summary, problems } = await loadTest({ ...load, percentiles }, path, {
      ...{ clock, random, program, stop, say, show },
      signToken: sign(load),
      watch(now) {
        const broken = abortOnFail ? brokenSoFar(thresholds, now, load) : null;
        aborted ||= broken !== null;
        return broken;
      },
    });
    return { summary: judged(summary, thresholds), problems, aborted };
  };
}

/** Says a line to the person who waits, unless nobody wants to hear it. */
export function sayer(
  { quiet }: LoadtestOptions,
  { stderr }: Pick<Runtime, "stderr">,
): (line: string) => void {
  return quiet ? () => {} : (line) => void stderr.write(`${line}\n`);
}
