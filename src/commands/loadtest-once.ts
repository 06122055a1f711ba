import { liveLine } from "../cli/live-line.ts";
import type { Runtime } from "../cli/runtime.ts";
import { UsageError } from "../lib/errors.ts";
import { withShutdown } from "../lib/shutdown.ts";
import type { LoadOptions } from "../loadtest/options.ts";
import { DEFAULT_PERCENTILES } from "../results/summary.ts";
import { EXIT_THRESHOLD_FAILED } from "../results/threshold.ts";
import { failures, judged, percentilesFor } from "../results/threshold-judge.ts";
import { checkAgainstLoad } from "../results/threshold-sense.ts";
import type { ThresholdOptions } from "./thresholds.ts";

export interface LoadtestOptions extends LoadOptions, ThresholdOptions {
  out?: string;
  quiet?: boolean;
  json?: boolean;
  abortOnFail?: boolean;
}

/** One load test, its summary, and what it was held to. */
export async function runOnce(options: LoadtestOptions, runtime: Runtime): Promise<number> {
  const { loadTest } = await import("../loadtest/loadtest.ts");
  const { plannedLoad } = await import("../loadtest/planned-load.ts");
  const { brokenSoFar } = await import("../loadtest/early-verdict.ts");
  const { render } = await import("../report/render/render.ts");
  const { threshold: thresholds = [], abortOnFail = false } = options;
  if (abortOnFail && thresholds.length === 0) {
    throw new UsageError("--abort-on-fail needs a --threshold that can fail");
  }
  checkAgainstLoad(thresholds, plannedLoad(options));

  const { clock, random, stdout, stderr } = runtime;
  const out = options.out ?? defaultPath(options, new Date(clock.now()));
  const say = options.quiet ? () => {} : (line: string) => void stderr.write(`${line}\n`);
  const show = options.quiet ? null : liveLine(stderr);
  const load = { ...options, percentiles: percentilesFor(thresholds, DEFAULT_PERCENTILES) };
  let aborted = false;
  const outcome = await withShutdown(runtime.exitNow, ({ requested: stop }) =>
    loadTest(load, out, {
      ...{ clock, random, stop, say, show },
      watch(now) {
        const broken = abortOnFail ? brokenSoFar(thresholds, now, options) : null;
        aborted ||= broken !== null;
        return broken;
      },
    }),
  );

  const summary = judged(outcome.summary, thresholds);
  if (options.json) stdout.write(render([summary], "json"));
  else if (!options.quiet) stdout.write(render([summary], "table"));
  say(`results: ${out}`);
  const failed = failures(summary);
  for (const line of [...outcome.problems, ...failed]) stderr.write(`scale-chat: ${line}\n`);
  if (aborted || failed.length > 0) return EXIT_THRESHOLD_FAILED;
  return outcome.problems.length === 0 ? 0 : 1;
}

function defaultPath({ rooms, roomSize }: LoadOptions, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `results/${time}-${rooms}x${roomSize}.csv`;
}
