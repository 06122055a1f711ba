import { formatCount, formatDuration } from "../../lib/format.ts";
import { sanitise } from "../../lib/sanitise.ts";
import type { RunMeta } from "../../results/run-meta.ts";

/** What the description of a run says that a reader should know before believing its figures. */
export function notesOfMeta(meta: RunMeta): string[] {
  const notes: string[] = [];
  if (meta.warmup_ms) {
    notes.push(`the messages planned in the first ${formatDuration(meta.warmup_ms)} (warm-up) are left out`);
  }
  const { end } = meta;
  if (end === undefined) return [...notes, "the run did not finish: the file was cut short"];
  if (end.interrupted) notes.push("the run was interrupted before its time");
  if (end.connect_errors > 0) notes.push(`${counted(end.connect_errors, "client")} could not connect`);
  if (end.disconnects > 0) {
    notes.push(`${counted(end.disconnects, "connection")} ended before the test did`);
  }
  return [...notes, ...end.warnings.map(sanitise)];
}

export interface RowFindings {
  sent: number;
  unmatched: number;
  sentTwice: number;
  negative: number;
}

/** What the rows themselves say. */
export function notesOfRows({ sent, unmatched, sentTwice, negative }: RowFindings): string[] {
  const notes: string[] = [];
  if (sent === 0) notes.push("no message was sent in the time that counts");
  if (unmatched > 0) {
    notes.push(
      `${counted(unmatched, "delivery", "deliveries")} left out: the message was never seen as sent`,
    );
  }
  if (sentTwice > 0) {
    notes.push(`${counted(sentTwice, "message")} written as sent more than once: the first time counts`);
  }
  if (negative > 0) {
    const what = counted(negative, "delivery", "deliveries");
    notes.push(`${what} came before the message was sent: the clocks of the hosts differ`);
  }
  return notes;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
