import type { Unit } from "../../results/threshold-metric.ts";
import { milliseconds } from "../render/cells.ts";
import { numberField, textField } from "../render/csv.ts";
import { UNIT_NAMES, verdictObject } from "../render/verdicts.ts";
import { relativeChange } from "./cells.ts";
import type { Comparison, Delta } from "./compare.ts";

/** One comparison for programs; figures are in the unit that stands beside them. */
export function comparisonObject({ run, before, deltas, thresholds, notes }: Comparison) {
  return {
    label: run.label,
    baseline: before?.label ?? null,
    figures: deltas.map(figureObject),
    thresholds: thresholds.map((one) => ({
      now: verdictObject(one.now),
      before: one.before === null ? null : verdictObject(one.before),
    })),
    notes,
  };
}

function figureObject(delta: Delta) {
  const { before, now } = delta;
  const { name, unit } = delta.metric;
  return {
    figure: name,
    unit: UNIT_NAMES[unit],
    before: inUnit(unit, before),
    now: inUnit(unit, now),
    difference: before === null || now === null ? null : inUnit(unit, now - before),
    relative_change: relativeChange(delta),
    change: delta.change,
  };
}

const COLUMNS = [
  "run",
  "baseline",
  "figure",
  "unit",
  "before",
  "now",
  "difference",
  "relative_change",
  "change",
];

/** For spreadsheets: a row for each figure of each comparison. */
export function renderComparisonCsv(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ run, before, deltas }) =>
    deltas
      .map(figureObject)
      .map((figure) =>
        [
          ...[run.label, before?.label ?? "", figure.figure, figure.unit].map(textField),
          ...[figure.before, figure.now, figure.difference, figure.relative_change].map(numberField),
          figure.change ?? "",
        ].join(","),
      ),
  );
  return `${[COLUMNS.join(","), ...rows].join("\n")}\n`;
}

function inUnit(unit: Unit, value: number | null): number | null {
  return value !== null && unit === "time" ? milliseconds(value) : value;
}
