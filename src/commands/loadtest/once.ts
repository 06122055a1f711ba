import type { Runtime } from "../../cli/runtime.ts";
import { screenOf } from "../../cli/screen.ts";
import { withShutdown } from "../../lib/shutdown.ts";
import { EXIT_THRESHOLD_FAILED } from "../../results/threshold.ts";
import { failures } from "../../results/threshold-judge.ts";
import { checkAgainstLoad } from "../../results/threshold-sense.ts";
import { judgedLoadTest, sayer } from "./judged.ts";
import { type LoadtestOptions, thresholdsOf, timeName } from "./options.ts";

/** One load test, its summary, and what it was held to. */
export async function runOnce(options: LoadtestOptions, runtime: Runtime): Promise<number> {
  const { plannedLoad } = await import("../../loadtest/plan/planned-load.ts");
  const { preparePictures } = await import("../../report/pictures.ts");
  const { render } = await import("../../report/render/render.ts");
  const thresholds = thresholdsOf(options);
  checkAgainstLoad(thresholds, plannedLoad(options));

  const { clock, env, stdout, stderr } = runtime;
  const { rooms, roomSize } = options;
  const out = options.csv
    ? (options.out ?? `results/${timeName(clock.now())}-${rooms}x${roomSize}.csv`)
    : null;
  const writePictures = preparePictures(options, out === null ? [] : [out]);
  const say = sayer(options, runtime);
  const test = await judgedLoadTest(options, thresholds, runtime);
  const { summary, problems, aborted } = await withShutdown(runtime.exitNow, ({ requested: stop }) =>
    test(options, out, { stop, say }),
  );

  if (options.json) stdout.write(render([summary], "json"));
  else if (!options.quiet) stdout.write(render([summary], "table", screenOf(stdout, env)));
  if (out !== null) say(`results: ${out}`);
  const failed = failures(summary);
  for (const line of [...problems, ...failed]) stderr.write(`scale-chat: ${line}\n`);
  await writePictures([summary]);
  if (aborted || failed.length > 0) return EXIT_THRESHOLD_FAILED;
  return problems.length === 0 ? 0 : 1;
}
