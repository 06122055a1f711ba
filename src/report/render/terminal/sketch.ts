import { formatLatency } from "../../../lib/format.ts";
import type { RunSummary } from "../../../results/summary.ts";
import type { TimelineSummary } from "../../../results/timeline.ts";
import { feltLatency } from "../../charts/felt-latency.ts";
import { histogramLines } from "./histogram.ts";
import type { Screen } from "./screen.ts";
import { sparkline } from "./sparkline.ts";

/** Of more runs than this there is only a line each. */
const FEW_RUNS = 3;
/** As wide as the tables. */
const WIDEST = 100;
const LONGEST_LABEL = 24;

/**
 * What tables do not show, for someone at a terminal: how the latencies of each run are spread, and how p99 went
 * over time. No colours. Empty where there is nothing to show; else it ends with a newline.
 */
export function renderSketch(runs: readonly RunSummary[], screen: Screen): string {
  const narrow = { ...screen, columns: Math.min(screen.columns, WIDEST) };
  const parts = [...(runs.length > FEW_RUNS ? [] : spreads(runs, narrow)), ...overTime(runs, narrow)];
  return parts.map((part) => `\n${part}\n`).join("");
}

function spreads(runs: readonly RunSummary[], screen: Screen): string[] {
  return runs.flatMap((run, i) => {
    const latency = feltLatency(run);
    if (latency === null || latency.bins.length === 0) return [];
    const from = run.fromScheduled === null ? "sent" : "scheduled";
    const title = `${numberOf(runs, i)}Latency from ${from}: how many deliveries took how long`;
    return [[title, ...histogramLines(latency.bins, screen)].join("\n")];
  });
}

/** A line per run of which something is known; a column of it is the worst of its time. */
function overTime(runs: readonly RunSummary[], { columns, unicode }: Screen): string[] {
  const rows = runs.flatMap((run, i) => {
    const { timeline } = run;
    const range = timeline === null ? null : rangeOf(timeline);
    if (timeline === null || range === null) return [];
    const label = runs.length === 1 ? "" : `${numberOf(runs, i)}${run.label.slice(-LONGEST_LABEL)}`;
    return [{ label, range, timeline }];
  });
  if (rows.length === 0) return [];
  const labelWidth = Math.max(...rows.map(({ label }) => label.length));
  const rangeWidth = Math.max(...rows.map(({ range }) => range.length));
  // "  label  spark  range, 16384 s each"
  const width = Math.max(10, columns - labelWidth - rangeWidth - 20);
  const lines = rows.map(({ label, range, timeline: { slots, slotSeconds } }) => {
    const { text, each } = sparkline(
      slots.map(({ p99Us }) => p99Us),
      width,
      unicode,
    );
    const name = labelWidth === 0 ? "" : `${label.padEnd(labelWidth)}  `;
    return `  ${name}${text}  ${range}, ${each * slotSeconds} s each`;
  });
  const title = `p99 over time, ${rows.length === 1 ? "from 0 to the worst" : "each run from 0 to its own worst"}`;
  return [[title, ...lines].join("\n")];
}

/** "0.710 ms to 13.4 ms"; `null` where nothing was delivered. */
function rangeOf({ slots }: TimelineSummary): string | null {
  const values = slots.flatMap(({ p99Us }) => p99Us ?? []);
  if (values.length === 0) return null;
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return `${formatLatency(least)} to ${formatLatency(most)}`;
}

function numberOf(runs: readonly RunSummary[], index: number): string {
  return runs.length === 1 ? "" : `#${index + 1} `;
}
