import type { Runtime } from "../cli/runtime.ts";
import { withShutdown } from "../lib/shutdown.ts";
import type { Series } from "../loadtest/series.ts";
import type { SeriesFolder } from "../loadtest/series-folder.ts";
import type { RunSummary } from "../results/summary.ts";
import type { Threshold } from "../results/threshold.ts";
import { judgedLoadTest, sayer } from "./loadtest-judged.ts";
import { type LoadtestOptions, timeName } from "./loadtest-options.ts";

export interface SeriesOutcome {
  series: Series;
  /** A test was ended before its time because a threshold was seen to fail. */
  aborted: boolean;
}

/**
 * Several load tests in one directory, which `conduct` chooses; then the report on all of them: on the standard
 * output, and as `report.md` and `summary.json` beside their results.
 */
export async function runSeries(
  options: LoadtestOptions & { kind: "sweep" | "limit" },
  thresholds: readonly Threshold[],
  runtime: Runtime,
  conduct: (series: Series, say: (line: string) => void) => Promise<void>,
): Promise<SeriesOutcome> {
  const { Series } = await import("../loadtest/series.ts");
  const { SeriesFolder } = await import("../loadtest/series-folder.ts");
  const { preparePictures } = await import("../report/pictures.ts");
  const writePictures = preparePictures(options, []);
  const folder = new SeriesFolder(options.out ?? `results/${timeName(runtime.clock.now())}-${options.kind}`);
  const say = sayer(options, runtime);
  const test = await judgedLoadTest(options, thresholds, runtime);
  let aborted = false;
  const series = await withShutdown(runtime.exitNow, async ({ requested: stop }) => {
    const series = new Series(options.coolDown, {
      async run(load, path) {
        // Each test is announced by the series.
        const outcome = await test(load, path, { stop, say: () => {} });
        aborted ||= outcome.aborted;
        return outcome;
      },
      pause: (ms) => pause(ms, stop),
      ...{ stop, folder },
    });
    await conduct(series, say);
    return series;
  });
  const summaries = series.runs.flatMap(({ summary }) => summary ?? []);
  await report(series, summaries, folder, options, runtime);
  if (summaries.length > 0) await writePictures(summaries);
  say(`results: ${folder.path}`);
  return { series, aborted };
}

/** Waits, but not longer than until `stop`; no timer stays behind, which would keep the program from ending. */
function pause(ms: number, stop: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void stop.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function report(
  { runs, ended }: Series,
  summaries: readonly RunSummary[],
  folder: SeriesFolder,
  { json, quiet }: LoadtestOptions,
  { stdout, stderr }: Runtime,
): Promise<void> {
  const { render } = await import("../report/render/render.ts");
  const { jsonText, reportObject } = await import("../report/render/json.ts");
  const problems = runs.flatMap((run) => run.problems.map((problem) => ({ label: run.label, problem })));
  const object = { ...reportObject(summaries), problems, ended };
  const text = jsonText(object);
  folder.write("summary.json", text);
  if (summaries.length > 0) folder.write("report.md", render(summaries, "markdown"));
  if (json) stdout.write(text);
  else if (!quiet && summaries.length > 0) stdout.write(render(summaries, "table"));
  for (const { label, problem } of problems) stderr.write(`scale-chat: ${label}: ${problem}\n`);
  if (ended !== null) stderr.write(`scale-chat: ${ended}\n`);
}
