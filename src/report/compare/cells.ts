import { formatPercent } from "../../lib/format.ts";
import type { Verdict } from "../../results/threshold.ts";
import { formatFigure, type Unit } from "../../results/threshold-metric.ts";
import { NOT_KNOWN } from "../render/cells.ts";
import type { Comparison, Delta } from "./compare.ts";

export const DELTA_HEADS = ["figure", "before", "now", "difference", "in %", "change"];
export const THRESHOLD_HEADS = ["threshold", "before", "now"];

/** A row for each figure, under `DELTA_HEADS`. */
export function deltaRows({ deltas }: Comparison): string[][] {
  return deltas.map(({ metric: { name, unit }, before, now, change }) => [
    name,
    ...[before, now].map((value) => (value === null ? NOT_KNOWN : formatFigure(unit, value))),
    differenceCell(unit, { before, now }),
    relativeCell({ before, now }),
    change ?? NOT_KNOWN,
  ]);
}

/** A row for each threshold, under `THRESHOLD_HEADS`. */
export function thresholdRows({ thresholds }: Comparison): string[][] {
  return thresholds.map(({ now, before }) => [
    now.threshold.text,
    before === null ? NOT_KNOWN : verdictCell(before),
    verdictCell(now),
  ]);
}

/** The change as a share of the figure before: -0.25 is a quarter less; `null` where there is none. */
export function relativeChange({ before, now }: Pick<Delta, "before" | "now">): number | null {
  return before === null || now === null || before === 0 ? null : (now - before) / before;
}

function differenceCell(unit: Unit, { before, now }: Pick<Delta, "before" | "now">): string {
  if (before === null || now === null) return NOT_KNOWN;
  const size = formatFigure(unit, Math.abs(now - before));
  return now === before ? size : `${now > before ? "+" : "-"}${size}`;
}

function relativeCell(delta: Pick<Delta, "before" | "now">): string {
  const change = relativeChange(delta);
  if (change === null) return delta.before === delta.now && delta.now !== null ? "0 %" : NOT_KNOWN;
  const rounded = Math.round(change * 1000) / 1000;
  return `${rounded > 0 ? "+" : ""}${formatPercent(rounded)}`;
}

function verdictCell({ threshold, actual, held, reason }: Verdict): string {
  const figure = actual === null ? reason : formatFigure(threshold.metric.unit, actual);
  return `${held ? "held" : "failed"}: ${figure}`;
}
