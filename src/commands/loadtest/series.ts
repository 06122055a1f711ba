import { join } from "node:path";
import type { Runtime } from "../../cli/runtime.ts";
import { screenOf } from "../../cli/screen.ts";
import { withShutdown } from "../../lib/shutdown.ts";
import type { Series } from "../../loadtest/series/series.ts";
import type { SeriesFolder } from "../../loadtest/series/series-folder.ts";
import type { WritePictures } from "../../report/pictures.ts";
import type { Threshold } from "../../results/threshold.ts";
import { judgedLoadTest, sayer } from "./judged.ts";
import { type LoadtestOptions, timeName } from "./options.ts";

export interface SeriesOutcome<T> {
  series: Series;
  folder: SeriesFolder;
  /** What conducting it came to. */
  result: T;
  writePictures: WritePictures;
  /** A test was ended before its time because a threshold was seen to fail. */
  aborted: boolean;
}

/** Several load tests in one new directory, which `conduct` chooses. */
export async function runSeries<T>(
  options: LoadtestOptions & { kind: "sweep" | "limit" },
  thresholds: readonly Threshold[],
  runtime: Runtime,
  conduct: (series: Series, say: (line: string) => void) => Promise<T>,
): Promise<SeriesOutcome<T>> {
  const { Series } = await import("../../loadtest/series/series.ts");
  const { SeriesFolder } = await import("../../loadtest/series/series-folder.ts");
  const { preparePictures } = await import("../../report/pictures.ts");
  const path = options.out ?? `results/${timeName(runtime.clock.now())}-${options.kind}`;
  const writePictures = preparePictures({ html: join(path, "report.html"), ...options }, []);
  const folder = new SeriesFolder(path);
  const say = sayer(options, runtime);
  const test = await judgedLoadTest(options, thresholds, runtime);
  let aborted = false;
  return withShutdown(runtime.exitNow, async ({ requested: stop }) => {
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
    const result = await conduct(series, say);
    return { series, folder, result, aborted, writePictures };
  });
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

/** What a report on a series says besides the figures of its tests. */
export interface Conclusion {
  /** In the place of the table of all tests. */
  text: string;
  /** Above the tables of `report.md`. */
  sentences: readonly string[];
  /** In the JSON. */
  object: Record<string, unknown>;
}

/** One report on all tests: on the standard output, and as `report.md`, `report.html` and `summary.json` beside their results. */
export async function reportSeries(
  { series, folder, writePictures }: SeriesOutcome<unknown>,
  options: LoadtestOptions,
  { env, stdout, stderr }: Runtime,
  conclusion: Conclusion | null = null,
): Promise<void> {
  const { render } = await import("../../report/render/render.ts");
  const { jsonText, reportObject } = await import("../../report/render/json.ts");
  const { runs, ended } = series;
  const summaries = runs.flatMap(({ summary }) => (summary === null ? [] : [summary]));
  const problems = runs.flatMap((run) => run.problems.map((problem) => ({ label: run.label, problem })));
  const json = jsonText({ ...reportObject(summaries), ...conclusion?.object, problems, ended });
  folder.write("summary.json", json);
  if (summaries.length > 0) {
    const heading = (conclusion?.sentences ?? []).map((sentence) => `${sentence}\n\n`).join("");
    folder.write("report.md", heading + render(summaries, "markdown"));
    await writePictures(summaries);
  }

  if (options.json) stdout.write(json);
  else if (!options.quiet && conclusion !== null) stdout.write(conclusion.text);
  else if (!options.quiet && summaries.length > 0)
    stdout.write(render(summaries, "table", screenOf(stdout, env)));
  if (ended !== null) stderr.write(`scale-chat: ${ended}\n`);
  sayer(options, { stderr })(`results: ${folder.path}`);
}
