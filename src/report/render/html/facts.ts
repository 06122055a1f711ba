import { formatBytes, formatDuration } from "../../../lib/format.ts";
import { excerpt } from "../../../lib/sanitise.ts";
import type { RunMeta } from "../../../results/run-meta.ts";
import { NOT_KNOWN } from "../cells.ts";
import { type Setting, settingOf } from "../setting.ts";

/** What a file says of its run, for people. */
export interface RunFacts {
  started: string;
  duration: string;
  warmup: string;
  /** "256 B every 1s" */
  sends: string;
  dialect: string;
  url: string;
  recorded: string;
  seed: string;
  host: string;
  /** `null` where the file does not say it. */
  command: string | null;
}

/** A command line may name many files, but not be the whole page. */
const LONGEST_COMMAND = 4000;
const LONGEST_WORD = 200;

export function factsOf(meta: RunMeta | null): RunFacts {
  const setting = settingOf(meta);
  const { size, intervalMs } = setting;
  return {
    started: timeText(setting.startedAt),
    duration: shown(setting.durationMs, formatDuration),
    warmup: shown(setting.warmupMs, (ms) => (ms === 0 ? "none" : formatDuration(ms))),
    sends: `${shown(size, formatBytes)} every ${shown(intervalMs, formatDuration)}`,
    dialect: shown(setting.dialect, word),
    url: shown(setting.url, word),
    recorded: shown(setting.sample, (one) => (one === 1 ? "all messages" : `1 in ${one} messages`)),
    seed: shown(setting.seed, String),
    host: hostText(setting.host),
    command: setting.command === null ? null : excerpt(setting.command, LONGEST_COMMAND),
  };
}

function hostText(host: Setting["host"]): string {
  if (host === null) return NOT_KNOWN;
  const parts = [
    shown(host.cpu, word),
    shown(host.cores, (cores) => `${cores} ${cores === 1 ? "core" : "cores"}`),
    shown(host.memoryBytes, formatBytes),
    shown(host.os, word),
  ].filter((part) => part !== NOT_KNOWN);
  return parts.length === 0 ? NOT_KNOWN : parts.join(", ");
}

/** "2026-11-21 08:04:05 UTC". */
function timeText(value: string | null): string {
  const time = new Date(value ?? Number.NaN);
  if (Number.isNaN(time.getTime())) return NOT_KNOWN;
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function shown<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? NOT_KNOWN : format(value);
}

function word(text: string): string {
  return excerpt(text, LONGEST_WORD);
}
