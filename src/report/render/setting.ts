import { isObject } from "../../lib/json.ts";
import type { RunMeta } from "../../results/run-meta.ts";

/** What was run, where, and by which command; `null` where the file does not say it. */
export interface Setting {
  startedAt: string | null;
  durationMs: number | null;
  warmupMs: number | null;
  intervalMs: number | null;
  size: number | null;
  dialect: string | null;
  url: string | null;
  seed: number | null;
  sample: number | null;
  processes: number | null;
  command: string | null;
  host: { cores: number | null; cpu: string | null; memoryBytes: number | null; os: string | null } | null;
}

/**
 * The reader of a file has only checked what it calculates with, so anything else may be missing or of another
 * kind: then it is not known.
 */
export function settingOf(meta: RunMeta | null): Setting {
  const said: Partial<Record<keyof RunMeta, unknown>> = meta ?? {};
  const { host } = said;
  return {
    startedAt: textOf(said.started_at),
    durationMs: numberOf(said.duration_ms),
    warmupMs: numberOf(said.warmup_ms),
    intervalMs: numberOf(said.interval_ms),
    size: numberOf(said.size),
    dialect: textOf(said.dialect),
    url: textOf(said.url),
    seed: numberOf(said.seed),
    // One that says nothing of it holds every message.
    sample: meta === null ? null : (numberOf(said.sample) ?? 1),
    processes: numberOf(said.processes),
    command: textOf(said.command),
    host: isObject(host)
      ? {
          cores: numberOf(host.cores),
          cpu: textOf(host.cpu),
          memoryBytes: numberOf(host.memory_bytes),
          os: textOf(host.os),
        }
      : null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
