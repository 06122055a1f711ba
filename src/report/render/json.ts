import { escapeDangerous } from "../../lib/sanitise.ts";
import type { GeneratorHealth } from "../../results/run-meta.ts";
import { type LatencySummary, lossOf, type RunSummary } from "../../results/summary.ts";
import type { TimelineSummary } from "../../results/timeline.ts";
import { milliseconds } from "./cells.ts";
import { settingOf } from "./setting.ts";
import { verdictObject } from "./verdicts.ts";

/** Everything that is known, for programs. Keys are never left out: what is not known is `null`. */
export function renderJson(runs: readonly RunSummary[]): string {
  return jsonText(reportObject(runs));
}

/** The same as an object, for those who have more to tell. */
export function reportObject(runs: readonly RunSummary[]) {
  return { version: 1, runs: runs.map(runObject) };
}

/**
 * Indented for people, with each list of numbers on a line of its own: there are hundreds in one. Often it goes to a
 * terminal, so what that would obey stands there as an escape, which to a program is the same.
 */
export function jsonText(value: unknown): string {
  // Within a string a line break is written as \n, so this finds lists only.
  const joined = JSON.stringify(value, null, 2).replace(
    /\[\n\s+([^"[\]{}]*?)\n\s+\]/g,
    (_, items: string) => {
      return `[${items.replace(/\n\s+/g, " ")}]`;
    },
  );
  return `${joined.split("\n").map(escapeDangerous).join("\n")}\n`;
}

function runObject(run: RunSummary) {
  const { command, processes, host, ...setting } = settingOf(run.meta);
  return {
    label: run.label,
    rooms: run.rooms,
    room_size: run.roomSize,
    clients: run.clients,
    sent: run.sent,
    expected: run.expected,
    received: run.received,
    loss: lossOf(run),
    repeated: run.repeated,
    unmatched: run.unmatched,
    span_ms: run.spanUs === null ? null : milliseconds(run.spanUs),
    latency: { from_scheduled: latencyObject(run.fromScheduled), from_sent: latencyObject(run.fromSent) },
    timeline: run.timeline === null ? null : timelineObject(run.timeline),
    disturbances: run.disturbances,
    thresholds: (run.verdicts ?? []).map(verdictObject),
    generator: generatorObject(run.meta?.end?.generator),
    setting: {
      started_at: setting.startedAt,
      duration_ms: setting.durationMs,
      warmup_ms: setting.warmupMs,
      interval_ms: setting.intervalMs,
      size: setting.size,
      dialect: setting.dialect,
      url: setting.url,
      seed: setting.seed,
      sample: setting.sample,
    },
    command,
    processes,
    host: host && { cores: host.cores, cpu: host.cpu, memory_bytes: host.memoryBytes, os: host.os },
    notes: run.notes,
  };
}

function latencyObject(latency: LatencySummary | null) {
  if (latency === null) return null;
  return {
    count: latency.count,
    mean_ms: milliseconds(latency.mean),
    sd_ms: milliseconds(latency.sd),
    min_ms: milliseconds(latency.min),
    max_ms: milliseconds(latency.max),
    percentiles: Object.fromEntries(
      latency.percentiles.map(({ percent, valueUs }) => [String(percent), timeOf(valueUs)]),
    ),
    bins: {
      to_ms: latency.bins.map(({ toUs }) => milliseconds(toUs)),
      count: latency.bins.map(({ count }) => count),
    },
  };
}

function timelineObject({ slotSeconds, slots }: TimelineSummary) {
  return {
    slot_s: slotSeconds,
    length_s: slots.map(({ seconds }) => seconds),
    sent: slots.map(({ sent }) => sent),
    received: slots.map(({ received }) => received),
    p50_ms: slots.map(({ p50Us }) => timeOf(p50Us)),
    p99_ms: slots.map(({ p99Us }) => timeOf(p99Us)),
  };
}

function generatorObject(health: GeneratorHealth | undefined): GeneratorHealth | null {
  if (health === undefined) return null;
  const { slot_s, cpu_percent, loop_delay_ms, send_lag_ms } = health;
  return { slot_s, cpu_percent, loop_delay_ms, send_lag_ms };
}

function timeOf(us: number | null): number | null {
  return us === null ? null : milliseconds(us);
}
