import { UsageError } from "../lib/errors.ts";
import { excerpt } from "../lib/sanitise.ts";
import { formatFigure, type Metric, parseMetric, type Unit } from "./threshold-metric.ts";

export const OPERATORS = ["<=", ">=", "==", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a run is held to: `p99<250ms`. */
export interface Threshold {
  /** As it was written, without spaces. */
  text: string;
  metric: Metric;
  operator: Operator;
  /** In the metric's unit; with `ofBaseline`, a factor of the same figure of the run before. */
  limit: number;
  ofBaseline: boolean;
}

/** What became of a threshold in one run. */
export interface Verdict {
  threshold: Threshold;
  /** The figure in the metric's unit; `null` when it is not known, and then the threshold did not hold. */
  actual: number | null;
  held: boolean;
  /** Why the figure is not known. */
  reason: string | null;
}

/** The exit code when a threshold did not hold, as other load testers have it. */
export const EXIT_THRESHOLD_FAILED = 99;

/** For options that take one. */
export const THRESHOLD_EXAMPLES =
  "p99<250ms, loss<0.1%, received_rate>=1000, connect_errors==0, send_lag<20ms";

/**
 * Reads `<metric> <operator> <value>`. Throws `UsageError` for what is none, and for what every run would keep or
 * none could: it would be found out only at the end.
 */
export function parseThreshold(text: string): Threshold {
  const compact = text.replaceAll(/\s+/g, "");
  const match = /^([\w.]+)([<>=!]+)(.*)$/.exec(compact);
  if (match === null) {
    const what = compact === "" ? "an empty text" : excerpt(text);
    throw new UsageError(`${what} is not a threshold; try ${THRESHOLD_EXAMPLES}`);
  }
  const metric = parseMetric(match[1]!);
  const operator = OPERATORS.find((candidate) => candidate === match[2]);
  if (operator === undefined) {
    throw new UsageError(`${match[2]} is not a comparison; allowed: ${OPERATORS.join(" ")}`);
  }
  const limit = parseLimit(metric, match[3]!);
  const threshold = { text: compact, metric, operator, ...limit };
  checkSense(threshold);
  return threshold;
}

/** Does a figure keep to the limit, both in the same unit? */
export function compare(actual: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case "<":
      return actual < limit;
    case "<=":
      return actual <= limit;
    case ">":
      return actual > limit;
    case ">=":
      return actual >= limit;
    case "==":
      return actual === limit;
  }
}

/** One sentence: `p99<250ms did not hold: 312 ms`. */
export function describeVerdict({ threshold, actual, held, reason }: Verdict): string {
  const figure = actual === null ? reason : formatFigure(threshold.metric.unit, actual);
  return `${threshold.text} ${held ? "held" : "did not hold"}: ${figure}`;
}

const TIME_US: Record<string, number> = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000 };

const VALUES: Record<Unit, { pattern: RegExp; allowed: string }> = {
  time: { pattern: /^(\d{1,9}(?:\.\d{1,6})?)(us|ms|s|m)$/, allowed: "a time: 800us, 250ms or 2s" },
  share: { pattern: /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/, allowed: "a share from 0 to 100 %: 0, 0.1% or 0.001" },
  rate: { pattern: /^(\d{1,12}(?:\.\d{1,6})?)(?:\/s)?$/, allowed: "a rate per second: 1000 or 1000/s" },
  count: { pattern: /^(\d{1,12})$/, allowed: "a whole number: 0 or 5" },
};

function parseLimit({ name, unit }: Metric, text: string): Pick<Threshold, "limit" | "ofBaseline"> {
  const percent = /^(\d{1,6}(?:\.\d{1,6})?)%$/.exec(text);
  if (percent !== null && unit !== "share") return { limit: Number(percent[1]) / 100, ofBaseline: true };
  const { pattern, allowed } = VALUES[unit];
  const match = pattern.exec(text);
  const limit = match === null ? Number.NaN : inUnit(unit, Number(match[1]), match[2]);
  if (limit >= 0 && (unit !== "share" || limit <= 1)) return { limit, ofBaseline: false };
  const relative = unit === "share" ? "" : ", or 110% of the baseline of a report";
  throw new UsageError(`${name} is held to ${allowed}${relative}; not to ${excerpt(text) || "nothing"}`);
}

/** A written number in the unit of calculation: `250` and `ms` are 250,000 us. */
function inUnit(unit: Unit, value: number, suffix: string | undefined): number {
  if (unit === "time") return value * TIME_US[suffix!]!;
  return suffix === "%" ? value / 100 : value;
}

/** No figure is below 0, and no share above 1. */
function checkSense({ text, metric: { unit, name }, operator, limit }: Threshold): void {
  const isMost = unit === "share" && limit === 1;
  if ((operator === "<" && limit === 0) || (operator === ">" && isMost)) {
    throw new UsageError(
      `${text} can never hold: ${name} is never ${limit === 0 ? "below 0" : "above 100 %"}`,
    );
  }
  if ((operator === ">=" && limit === 0) || (operator === "<=" && isMost)) {
    throw new UsageError(`${text} always holds: ${name} is never ${limit === 0 ? "below 0" : "above 100 %"}`);
  }
}
