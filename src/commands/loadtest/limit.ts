import type { Runtime } from "../../cli/runtime.ts";
import { OperationError, UsageError } from "../../lib/errors.ts";
import { readHost } from "../../lib/host/host.ts";
import { meanOf } from "../../lib/range.ts";
import type { Finding } from "../../loadtest/limit/finding.ts";
import type { Probe } from "../../loadtest/limit/probe.ts";
import type { LoadOptions } from "../../loadtest/options.ts";
import { EXIT_THRESHOLD_FAILED, type Threshold } from "../../results/threshold.ts";
import { checkAgainstLoad } from "../../results/threshold-sense.ts";
import type { LoadtestOptions } from "./options.ts";
import { type Conclusion, reportSeries, runSeries } from "./series.ts";

/** Searches for the highest load that holds `conditions` and the thresholds, by as many load tests as it takes. */
export async function runFindLimit(
  options: LoadtestOptions,
  conditions: readonly Threshold[],
  runtime: Runtime,
): Promise<number> {
  if (!options.csv) throw new UsageError("--no-csv: a search keeps its results in files; leave it out");
  if (options.stages !== undefined)
    throw new UsageError("--stages: a search varies the load itself; leave it out");
  if (options.idle) throw new UsageError("--idle: who says nothing breaks no limit; leave it out");
  const { dialOf, usualVariable } = await import("../../loadtest/limit/dial.ts");
  const { findLimit } = await import("../../loadtest/limit/find-limit.ts");
  const { findingOf } = await import("../../loadtest/limit/finding.ts");
  const { checkLoad, checkOptions } = await import("../../loadtest/preflight.ts");
  const { plannedLoad } = await import("../../loadtest/plan/planned-load.ts");
  const thresholds = [...conditions, ...(options.threshold ?? [])];
  conditions.forEach(checkCondition);
  checkOptions(options);
  checkAgainstLoad(thresholds, plannedLoad(options));

  const dial = dialOf(options.vary ?? usualVariable(options), options);
  // Two rooms may contradict an option that one does not: that is no limit of the server.
  checkOptions(dial.at(Math.min(dial.most, dial.quantise(dial.start * 2))));
  const objection = (load: LoadOptions) => {
    try {
      checkLoad(load, readHost());
      return null;
    } catch (error) {
      if (error instanceof OperationError) return error.message;
      throw error;
    }
  };
  const outcome = await runSeries({ ...options, kind: "limit" }, thresholds, runtime, (series, say) =>
    findLimit({ dial, resolution: options.resolution, series, objection, say }),
  );
  const finding = findingOf(outcome.result, dial, thresholds.map(({ text }) => text).join(" and "));
  await reportSeries(outcome, options, runtime, await conclude(outcome.result, finding));
  if (outcome.series.ended !== null) return 1;
  return finding.held === null ? EXIT_THRESHOLD_FAILED : 0;
}

/** The search goes upwards as long as they hold. */
function checkCondition({ text, operator }: Threshold): void {
  if (operator !== ">" && operator !== ">=") return;
  throw new UsageError(
    `--find-limit: ${text} is a lower limit, which more load does not break; use <, <= or ==, and --threshold for others`,
  );
}

async function conclude(probes: readonly Probe[], finding: Finding): Promise<Conclusion> {
  const { renderProbes } = await import("../../report/render/probes.ts");
  const { held, broke, confidence, generatorLimited, sentences } = finding;
  const limit = {
    held: held && { ...loadObject(held.options), runs: held.runs },
    broke: broke && { ...loadObject(broke.options), runs: broke.runs, broken: broke.broken },
    confidence,
    generator_limited: generatorLimited,
    sentences,
    probes: probes.map(({ label, result, reasons }) => ({ label, result, reasons })),
  };
  return { text: renderProbes(probes, sentences), sentences, object: { limit } };
}

function loadObject({ rooms, roomSize, interval }: LoadOptions) {
  return { rooms, room_size: roomSize, interval_ms: meanOf(interval) };
}
