import { formatBytes, formatDuration } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import type { RunMeta } from "../../results/run-meta.ts";
import type { RunSummary } from "../../results/summary.ts";

/** What was not the same in both tests, one sentence each: then the figures differ for that, too. */
export function settingChanges(run: RunSummary, before: RunSummary): string[] {
  const pairs = SETTINGS.map(([name, read]) => [name, read(run), read(before)] as const);
  return pairs
    .filter(([, now, then]) => now !== null && then !== null && now !== then)
    .map(([name, now, then]) => `not the same test: ${name} ${now}, was ${then}`);
}

const ofMeta =
  (read: (meta: RunMeta) => string) =>
  ({ meta }: RunSummary): string | null =>
    meta === null ? null : sanitise(read(meta));

const SETTINGS: ReadonlyArray<readonly [name: string, read: (run: RunSummary) => string | null]> = [
  ["rooms x size", ({ rooms, roomSize }) => (rooms === null ? null : `${rooms} x ${roomSize ?? "?"}`)],
  ["interval", ofMeta(({ interval_ms: ms }) => formatDuration(ms))],
  ["size", ofMeta(({ size }) => formatBytes(size))],
  ["dialect", ofMeta(({ dialect }) => dialect)],
  ["machine", ofMeta(({ host: { cores, cpu } }) => `${cores} x ${cpu}`)],
];
