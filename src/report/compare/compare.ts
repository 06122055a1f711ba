import type { RunSummary } from "../../results/summary.ts";
import type { Verdict } from "../../results/threshold.ts";
import { type Figure, figureOf, judge } from "../../results/threshold-judge.ts";
import { type Metric, parseMetric, type Unit } from "../../results/threshold-metric.ts";
import { estimateOf } from "../aggregate/notes.ts";
import type { Pair } from "./match.ts";
import { settingChanges } from "./setting-changes.ts";

/** A figure of two runs, in its metric's unit; `null` where it is not known. */
export interface Delta {
  metric: Metric;
  before: number | null;
  now: number | null;
  /** `same`: within what two runs of the same thing differ by. `null` when one of both is not known. */
  change: "better" | "worse" | "same" | null;
}

export interface Comparison extends Pair {
  deltas: Delta[];
  thresholds: Array<{ now: Verdict; before: Verdict | null }>;
  /** What a reader should know before believing the deltas. */
  notes: string[];
}

/** Changes up to this share of the figure before are noise, and so are latencies that differ by less than 0.1 ms. */
const NOISE_SHARE = 0.05;
const NOISE_US = 100;

/** The figures of a run, and its verdicts, beside those of the run before. `percents` are those of the latencies. */
export function compareRuns({ run, before }: Pair, percents: readonly number[]): Comparison {
  const deltas =
    before === null ? [] : metricsFor(run, before, percents).map((metric) => delta(metric, run, before));
  return {
    run,
    before,
    deltas,
    thresholds: (run.verdicts ?? []).map((now) => ({
      now,
      before: before === null ? null : judge(now.threshold, before, before),
    })),
    notes: before === null ? ["the baseline has no run like it"] : notesOf(run, before),
  };
}

function notesOf(run: RunSummary, before: RunSummary): string[] {
  const estimates = [...new Set([before.sample, run.sample])].filter((sample) => sample > 1).map(estimateOf);
  return [...settingChanges(run, before), ...estimates];
}

/** From scheduled, what a user feels, where both files have a plan. */
function metricsFor(run: RunSummary, before: RunSummary, percents: readonly number[]): Metric[] {
  const from = run.fromScheduled === null || before.fromScheduled === null ? "_sent" : "";
  const latencies = [...percents.map((percent) => `p${percent}`), "mean", "sd", "max"];
  return [...latencies.map((name) => name + from), "loss", "repeated", "received_rate"].map(parseMetric);
}

function delta(metric: Metric, run: RunSummary, baseline: RunSummary): Delta {
  const [before, now] = [baseline, run].map((one) => known(figureOf(metric, one))) as [number, number];
  return { metric, before, now, change: changeOf(metric.unit, before, now) };
}

function known(figure: Figure): number | null {
  return "value" in figure ? figure.value : null;
}

/** More is worse of everything but rates. */
export function changeOf(unit: Unit, before: number | null, now: number | null): Delta["change"] {
  if (before === null || now === null) return null;
  const difference = now - before;
  if (Math.abs(difference) <= noiseOf(unit, before)) return "same";
  return difference > 0 === (unit === "rate") ? "better" : "worse";
}

/** Messages are not lost or repeated by chance: any difference counts. */
function noiseOf(unit: Unit, before: number): number {
  if (unit === "share" || unit === "count") return 0;
  const share = Math.abs(before) * NOISE_SHARE;
  return unit === "time" ? Math.max(share, NOISE_US) : share;
}
