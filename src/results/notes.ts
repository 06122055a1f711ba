import { formatCount, formatCounted, formatDuration, formatLatency } from "../lib/format.ts";
import { sanitise } from "../lib/sanitise.ts";
import type { Disturbances, RunMeta } from "./run-meta.ts";

/** Of a run whose description does not say how it ended. */
export const NOT_OVER = "the run did not finish: the file was cut short";

/** What the description of a run says that a reader should know before believing its figures. */
export function notesOfMeta(meta: RunMeta): string[] {
  const notes: string[] = [];
  const { load, sample = 1 } = meta;
  if (load !== undefined) notes.push(sanitise(load));
  if (sample > 1)
    notes.push(`one in ${formatCount(sample)} messages was written down, with all its deliveries`);
  if (meta.warmup_ms) {
    notes.push(`the messages planned in the first ${formatDuration(meta.warmup_ms)} (warm-up) are left out`);
  }
  const { end } = meta;
  if (end === undefined) return [...notes, NOT_OVER];
  if (end.interrupted) notes.push("the run was interrupted before its time");
  if (end.connect_errors > 0) notes.push(`${formatCounted(end.connect_errors, "client")} could not connect`);
  if (end.disconnects > 0) {
    const back = comeBack(end.disturbances);
    notes.push(`${formatCounted(end.disconnects, "connection")} ended before the test did${back}`);
  }
  const { redirects = 0, gaps = 0 } = end.disturbances ?? {};
  if (redirects > 0) notes.push(`${formatCounted(redirects, "time")} a client was sent to another server`);
  if (gaps > 0) notes.push(`${formatCounted(gaps, "time")} a client was told that the log has lost messages`);
  return [...notes, ...end.warnings.map(sanitise)];
}

function comeBack(disturbances: Disturbances | undefined): string {
  if (disturbances === undefined || disturbances.back_ms === null) return "";
  const { reconnects, back_ms: back } = disturbances;
  const [p50, p99, max] = [back.p50, back.p99, back.max].map((ms) => formatLatency(ms * 1000));
  return `; ${formatCount(reconnects)} came back: p50 ${p50}, p99 ${p99}, max ${max}`;
}
