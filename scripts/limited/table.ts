import { formatLatency, formatPercent } from "../../src/lib/format.ts";

/** The part of a run in a sweep's `summary.json` that the table shows. */
export interface SweptRun {
  rooms: number;
  room_size: number;
  expected: number;
  received: number;
  repeated: number;
  latency: { from_scheduled: SweptLatency | null };
  setting: { started_at: string; duration_ms: number };
  notes: string[];
}

interface SweptLatency {
  mean_ms: number;
  sd_ms: number;
  percentiles: Record<string, number | null>;
}

export interface TableParts {
  /** What the original reported of a test, by rooms x clients. */
  original: Record<string, string>;
  /** Shares of one core that the servers used between two times, and of the time in which they were held back. */
  usage(fromMs: number, toMs: number): { cpu: number; throttled: number };
}

/** A Markdown table with a row for each run, beside what the original reported of it. */
export function tableOf(runs: readonly SweptRun[], { original, usage }: TableParts): string {
  const rows = runs.map((run) => {
    const name = `${run.rooms}x${run.room_size}`;
    const from = Date.parse(run.setting.started_at);
    const { cpu, throttled } = usage(from, from + run.setting.duration_ms);
    const latency = run.latency.from_scheduled;
    const percent = (of: number) => inWords(latency?.percentiles[of]);
    return [
      `${run.rooms} x ${run.room_size}`,
      original[name] ?? "–",
      ...[50, 90, 99].map(percent),
      `${inWords(latency?.mean_ms)} (${inWords(latency?.sd_ms)})`,
      run.expected === 0 ? "n/a" : formatPercent((run.received - run.repeated) / run.expected),
      formatPercent(Math.round(cpu * 1000) / 1000),
      formatPercent(Math.round(throttled * 100) / 100),
      limitIn(run.notes),
    ];
  });
  const head = [
    "rooms x clients",
    "original",
    "p50",
    "p90",
    "p99",
    "mean (sd)",
    "delivered",
    "CPU",
    "held back",
    "limit",
  ];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What kept the run from doing better, in a word. */
function limitIn(notes: readonly string[]): string {
  if (notes.some((note) => note.startsWith("limit: the generator"))) return "generator";
  return notes.some((note) => note.startsWith("limit: the server")) ? "server" : "none";
}

function inWords(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "n/a" : formatLatency(ms * 1000);
}
