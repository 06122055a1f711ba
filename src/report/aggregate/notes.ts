import { formatCount, formatCounted, formatDuration } from "../../lib/format.ts";

export interface RowFindings {
  sent: number;
  sample: number;
  open: number;
  unmatched: number;
  sentTwice: number;
  negative: number;
}

/** What is left out of a file that does not describe its run. */
export function notesOfWarmUp(lengthMs: number): string[] {
  if (lengthMs === 0) return [];
  return [`the messages sent in the first ${formatDuration(lengthMs)} (warm-up) are left out`];
}

/** How far rates out of a sample are to be trusted. */
export function estimateOf(sample: number): string {
  return `rates per second are estimated from one in ${formatCount(sample)} messages`;
}

/** What the rows themselves say. */
export function notesOfRows({ sent, sample, open, unmatched, sentTwice, negative }: RowFindings): string[] {
  const notes: string[] = [];
  if (sent === 0) notes.push("no message was sent in the time that counts");
  if (sample > 1) notes.push(estimateOf(sample));
  if (open > 0) {
    const what = formatCounted(open, "delivery", "deliveries");
    notes.push(`${what} of the last 3 s may have come after the file ends: not expected, not lost`);
  }
  if (unmatched > 0) {
    notes.push(
      `${formatCounted(unmatched, "delivery", "deliveries")} left out: the message was never seen as sent`,
    );
  }
  if (sentTwice > 0) {
    notes.push(
      `${formatCounted(sentTwice, "message")} written as sent more than once: the first time counts`,
    );
  }
  if (negative > 0) {
    const what = formatCounted(negative, "delivery", "deliveries");
    notes.push(`${what} came before the message was sent: the clocks of the hosts differ`);
  }
  return notes;
}
