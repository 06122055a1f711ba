import { formatBytes, formatDuration } from "../../../lib/format.ts";
import { isObject } from "../../../lib/json.ts";
import { excerpt } from "../../../lib/sanitise.ts";
import type { RunMeta } from "../../../results/run-meta.ts";
import { NOT_KNOWN } from "../cells.ts";

/**
 * What a file says of its run, for people. The reader of the file has only checked what it calculates with, so
 * anything here may be missing or of another kind: then it is not known.
 */
export interface RunFacts {
  started: string;
  duration: string;
  warmup: string;
  interval: string;
  size: string;
  dialect: string;
  url: string;
  processes: string;
  sample: string;
  seed: string;
  host: string;
  /** `null` where the file does not say it. */
  command: string | null;
}

/** A command line may name many files, but not be the whole page. */
const LONGEST_COMMAND = 4000;

export function factsOf(meta: RunMeta | null): RunFacts {
  const said: Partial<Record<keyof RunMeta, unknown>> = meta ?? {};
  return {
    started: timeText(said.started_at),
    duration: numberText(said.duration_ms, formatDuration),
    warmup: numberText(said.warmup_ms, (ms) => (ms === 0 ? "none" : formatDuration(ms))),
    interval: numberText(said.interval_ms, formatDuration),
    size: numberText(said.size, formatBytes),
    dialect: text(said.dialect),
    url: text(said.url),
    processes: numberText(said.processes, String),
    sample: numberText(said.sample, (one) => (one === 1 ? "all messages" : `1 in ${one} messages`)),
    seed: numberText(said.seed, String),
    host: hostText(said.host),
    command: typeof said.command === "string" ? excerpt(said.command, LONGEST_COMMAND) : null,
  };
}

function hostText(host: unknown): string {
  if (!isObject(host)) return NOT_KNOWN;
  const parts = [
    text(host.cpu),
    numberText(host.cores, (cores) => `${cores} ${cores === 1 ? "core" : "cores"}`),
    numberText(host.memory_bytes, formatBytes),
    text(host.os),
  ].filter((part) => part !== NOT_KNOWN);
  return parts.length === 0 ? NOT_KNOWN : parts.join(", ");
}

/** "2026-11-21 08:04:05 UTC". */
function timeText(value: unknown): string {
  const time = typeof value === "string" ? new Date(value) : null;
  if (time === null || Number.isNaN(time.getTime())) return NOT_KNOWN;
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function numberText(value: unknown, format: (value: number) => string): string {
  return typeof value === "number" && Number.isFinite(value) ? format(value) : NOT_KNOWN;
}

function text(value: unknown): string {
  return typeof value === "string" && value !== "" ? excerpt(value, 200) : NOT_KNOWN;
}
