import { formatCount } from "../lib/format.ts";
import { sanitise } from "../lib/sanitise.ts";
import type { RunEnd } from "../results/run-meta.ts";
import { DEFAULT_PERCENTILES, type RunSummary, summariseLatency } from "../results/summary.ts";
import type { LoadOptions } from "./options.ts";
import type { LoadRun } from "./run.ts";

/** The figures of a run that is over, in the form that reports use. */
export function summarise(options: LoadOptions, run: LoadRun, end: RunEnd): RunSummary {
  const { tally } = run;
  return {
    label: `${options.rooms} x ${options.roomSize} ${options.dialect}`,
    rooms: options.rooms,
    roomSize: options.roomSize,
    clients: run.crowd.chatters.length - end.connect_errors,
    sent: tally.sent,
    expected: tally.expected,
    received: end.received,
    repeated: tally.repeated,
    unmatched: tally.foreign,
    spanUs: (options.duration - options.warmup) * 1000,
    fromScheduled: summariseLatency(tally.fromScheduled, tally.sent, DEFAULT_PERCENTILES),
    fromSent: summariseLatency(tally.fromSent, tally.sent, DEFAULT_PERCENTILES),
    notes: notes(run, end),
  };
}

/** What went wrong on the way, one sentence each; empty when all went well. */
export function problems(run: LoadRun, end: RunEnd): string[] {
  const found: string[] = [];
  const why = run.crowd.lastLoss === "" ? "" : ` (${sanitise(run.crowd.lastLoss)})`;
  if (end.connect_errors > 0)
    found.push(`${formatCount(end.connect_errors)} clients could not connect${why}`);
  if (end.disconnects > 0) {
    found.push(`${formatCount(end.disconnects)} clients lost their connection during the test${why}`);
  }
  if (run.serverErrors > 0) found.push(`the server complained ${formatCount(run.serverErrors)} times`);
  return found;
}

function notes(run: LoadRun, end: RunEnd): string[] {
  const notes = [...problems(run, end), ...end.warnings];
  if (run.tally.unsent > 0) {
    notes.push(`${formatCount(run.tally.unsent)} planned messages were not sent: their clients were gone`);
  }
  if (end.interrupted) notes.push("interrupted before its time");
  return notes;
}
