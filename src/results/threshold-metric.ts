import { UsageError } from "../lib/errors.ts";
import { formatCount, formatLatency, formatPercent } from "../lib/format.ts";
import { excerpt } from "../lib/sanitise.ts";

/** In which unit a figure is calculated: microseconds, a fraction from 0 to 1, per second, a whole number. */
export type Unit = "time" | "share" | "rate" | "count";

/** What a run can be held to, besides its latencies. */
const COUNTED = {
  loss: "share",
  received_rate: "rate",
  sent_rate: "rate",
  connect_errors: "count",
  disconnects: "count",
  repeated: "count",
  send_lag: "time",
} as const satisfies Record<string, Unit>;

export type CountedName = keyof typeof COUNTED;

/** A latency's figure: a percentile in percent, or one by name. */
export interface LatencyMetric {
  kind: "latency";
  name: string;
  unit: "time";
  figure: number | "mean" | "sd" | "min" | "max";
  /** From when the plan wanted the message sent, or from when it left. */
  from: "scheduled" | "sent";
}

export interface CountedMetric {
  kind: "counted";
  name: CountedName;
  unit: Unit;
}

export type Metric = LatencyMetric | CountedMetric;

const ALLOWED =
  "a percentile such as p99 or p99.9, mean, sd, min, max (from the schedule; p99_sent from when it was sent), " +
  Object.keys(COUNTED).join(", ");

/** The metric of this name. Throws `UsageError`, which lists them. */
export function parseMetric(name: string): Metric {
  if (Object.hasOwn(COUNTED, name)) {
    const counted = name as CountedName;
    return { kind: "counted", name: counted, unit: COUNTED[counted] };
  }
  const match = /^(?:p(\d{1,3}(?:\.\d{1,6})?)|(mean|sd|min|max))(_sent)?$/.exec(name);
  if (match === null) throw new UsageError(`${excerpt(name)} is not a metric; allowed: ${ALLOWED}`);
  const [, percentText, word, sent] = match;
  const from = sent === undefined ? "scheduled" : "sent";
  if (word !== undefined) {
    return { kind: "latency", name, unit: "time", figure: word as "mean" | "sd" | "min" | "max", from };
  }
  const figure = Number(percentText);
  if (figure > 0 && figure <= 100) return { kind: "latency", name, unit: "time", figure, from };
  throw new UsageError(`${name} is not a percentile: allowed are those above p0 and up to p100`);
}

/** A figure as people read it: `250 ms`, `0.1 %`, `1,600/s`, `3`. */
export function formatFigure(unit: Unit, value: number): string {
  if (unit === "time") return formatLatency(value);
  if (unit === "share") return formatPercent(value);
  return unit === "rate" ? `${formatRate(value)}/s` : formatCount(value);
}

/** Slow rates keep a decimal: 0.5/s is not 1/s. */
function formatRate(value: number): string {
  return value < 10 ? String(Number(value.toFixed(2))) : formatCount(value);
}
