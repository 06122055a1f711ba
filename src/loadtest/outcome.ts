import { formatCounted, formatPercent } from "../lib/format.ts";
import { excerpt, sanitise } from "../lib/sanitise.ts";
import { notesOfMeta } from "../results/notes.ts";
import type { RunEnd, RunMeta } from "../results/run-meta.ts";
import {
  DEFAULT_PERCENTILES,
  disturbancesOf,
  lossOf,
  type RunSummary,
  summariseLatency,
} from "../results/summary.ts";
import type { LoadRun } from "./run.ts";

/** The figures of a run that is over, in the form that reports use; `meta` is what its file says of it. */
export function summarise(
  label: string,
  meta: RunMeta,
  run: LoadRun,
  percents: readonly number[] = DEFAULT_PERCENTILES,
): RunSummary {
  const { tally } = run;
  return {
    label,
    rooms: meta.rooms,
    roomSize: meta.room_size,
    clients: run.crowd.active,
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
    notes: [...notesOfMeta(meta), ...notesOfRun(run)],
  };
}

/** Why the test counts as failed, one sentence each; empty when every message reached everyone. */
export function problems(summary: RunSummary, end: RunEnd, run: LoadRun): string[] {
  const found: string[] = [];
  const { lastLoss, lost } = run.crowd.attendance;
  const why = lastLoss === "" ? "" : ` (${sanitise(lastLoss)})`;
  if (end.connect_errors > 0) {
    found.push(`${formatCounted(end.connect_errors, "client")} could not connect${why}`);
  }
  if (lost > 0) {
    found.push(`${formatCounted(lost, "client")} lost their connection during the test${why}`);
  }
  const loss = lossOf(summary) ?? 0;
  if (loss > 0) found.push(`${formatPercent(loss)} of the deliveries were lost`);
  return found;
}

function notesOfRun({ ledger: { complaints, tally } }: LoadRun): string[] {
  const notes: string[] = [];
  if (complaints.count > 0) {
    const times = formatCounted(complaints.count, "time");
    notes.push(`the server complained ${times}, first: ${excerpt(complaints.first, 120)}`);
  }
  if (tally.unsent > 0) {
    notes.push(`${formatCounted(tally.unsent, "planned message")} not sent: the client was gone`);
  }
  return notes;
}
