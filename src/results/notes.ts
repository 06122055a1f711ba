import { formatCounted, formatDuration } from "../lib/format.ts";
import { sanitise } from "../lib/sanitise.ts";
import type { RunMeta } from "./run-meta.ts";

/** What the description of a run says that a reader should know before believing its figures. */
export function notesOfMeta(meta: RunMeta): string[] {
  const notes: string[] = [];
  if (meta.warmup_ms) {
    notes.push(`the messages planned in the first ${formatDuration(meta.warmup_ms)} (warm-up) are left out`);
  }
  const { end } = meta;
  if (end === undefined) return [...notes, "the run did not finish: the file was cut short"];
  if (end.interrupted) notes.push("the run was interrupted before its time");
  if (end.connect_errors > 0) notes.push(`${formatCounted(end.connect_errors, "client")} could not connect`);
  if (end.disconnects > 0) {
    notes.push(`${formatCounted(end.disconnects, "connection")} ended before the test did`);
  }
  return [...notes, ...end.warnings.map(sanitise)];
}
