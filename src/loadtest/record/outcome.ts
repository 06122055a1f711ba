import { formatCounted, formatPercent } from "../../lib/format.ts";
import { excerpt, sanitise } from "../../lib/sanitise.ts";
import { withLimit } from "../../results/limit.ts";
import { notesOfMeta } from "../../results/notes.ts";
import type { RunEnd, RunMeta } from "../../results/run-meta.ts";
import {
  DEFAULT_PERCENTILES,
  disturbancesOf,
  lossOf,
  type RunSummary,
  summariseLatency,
} from "../../results/summary.ts";
import type { TotalAccount } from "../generator/account.ts";
import { healthRecord, healthWarnings } from "../generator/health.ts";

/** How a run ended, for its file. */
export function endOf(account: TotalAccount, endedAt: number, interrupted: boolean): RunEnd {
  const { tally, attendance, health } = account;
  const { connectErrors, disconnects, disturbances } = attendance;
  return {
    ended_at: new Date(endedAt).toISOString(),
    sent: tally.sent,
    expected: tally.expected,
    received: tally.received + tally.repeated,
    connect_errors: connectErrors,
    disconnects,
    interrupted,
    ...(disturbances === undefined ? {} : { disturbances }),
    generator: healthRecord(health),
    warnings: healthWarnings(health, tally.sendLag.percentile(99) ?? 0),
  };
}

/** The figures of a run that is over, in the form that reports use; `meta` is what its file says of it. */
export function summarise(
  label: string,
  meta: RunMeta,
  account: TotalAccount,
  percents: readonly number[] = DEFAULT_PERCENTILES,
): RunSummary {
  const { tally } = account;
  return withLimit({
    label,
    rooms: meta.rooms,
    roomSize: meta.room_size,
    clients: account.active,
    // Counted here are all messages, however few of them were written down.
    sample: 1,
    sent: tally.sent,
    expected: tally.expected,
    received: tally.received + tally.repeated,
    repeated: tally.repeated,
    unmatched: tally.foreign,
    spanUs: tally.spanUs,
    fromScheduled: summariseLatency(tally.fromScheduled, tally.reached, percents),
    fromSent: summariseLatency(tally.fromSent, tally.reached, percents),
    disturbances: disturbancesOf(meta.end),
    timeline: tally.timeline.summary(),
    meta,
    notes: [...notesOfMeta(meta), ...notesOfAccount(account)],
  });
}

/** Why the test counts as failed, one sentence each; empty when every message reached everyone. */
export function problems(summary: RunSummary, { attendance, slow }: TotalAccount): string[] {
  const found: string[] = [];
  const { lastLoss, lost, connectErrors } = attendance;
  const why = lastLoss === "" ? "" : ` (${sanitise(lastLoss)})`;
  if (connectErrors > 0) {
    found.push(`${formatCounted(connectErrors, "client")} could not connect${why}`);
  }
  if (lost > 0) {
    found.push(`${formatCounted(lost, "client")} lost their connection during the test${why}`);
  }
  const kept = slow.filter(({ entered }) => entered === 0).length;
  if (kept > 0) found.push(`${formatCounted(kept, "client")} that read nothing never came in`);
  const loss = lossOf(summary) ?? 0;
  if (loss > 0) found.push(`${formatPercent(loss)} of the deliveries were lost`);
  return found;
}

function notesOfAccount({ complaints, tally, slow, attendance }: TotalAccount): string[] {
  const notes: string[] = [];
  if (attendance.left > 0) {
    notes.push(`${formatCounted(attendance.left, "client")} left as planned`);
  }
  if (slow.length > 0) {
    const cuts = slow.reduce((sum, { cut }) => sum + cut, 0);
    const times = formatCounted(cuts, "time");
    notes.push(`${formatCounted(slow.length, "client")} read nothing: the server closed them ${times}`);
  }
  if (complaints.count > 0) {
    const times = formatCounted(complaints.count, "time");
    notes.push(`the server complained ${times}, first: ${excerpt(complaints.first, 120)}`);
  }
  if (tally.unsent > 0) {
    notes.push(
      `${formatCounted(tally.unsent, "planned message")} not sent: the client was gone, or the generator too late`,
    );
  }
  return notes;
}
