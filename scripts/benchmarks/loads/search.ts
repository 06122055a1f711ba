import { type Attempt, bracketOf, nextLoad } from "../../../src/loadtest/limit/search.ts";
import type { RoomOutcome } from "./room-load.ts";

/** Others that use more than this of the cores, in % of one core, spoil a load test that does not hold. */
export const DISTURBANCE_PERCENT = 25;

/** A search for the highest load that holds. */
export interface Search<Outcome extends RoomOutcome> {
  /** Tried first, and at most. */
  start: number;
  most: number;
  /** Load tests, without those that are tried again. */
  steps: number;
  /** Load tests that are tried again because others have spoiled them, at most. */
  retries: number;
  attempt: (load: number) => Promise<Outcome>;
  /** Longest 99th percentile with which a load holds, milliseconds. */
  mostMs: number;
}

/** Where the search has left the limit. */
export interface Found<Outcome extends RoomOutcome = RoomOutcome> {
  /** The highest load that held; `null` when none did. */
  good: number | null;
  /** The lowest that did not; `null` when all held. */
  bad: number | null;
  /** By load. One that held once and broke once has broken. */
  outcomes: ReadonlyMap<number, Outcome>;
}

/** Tries loads one after the other: doubled or halved, then bisected. */
export async function searchHighest<Outcome extends RoomOutcome>({
  start,
  most,
  steps,
  attempt,
  mostMs,
  ...search
}: Search<Outcome>): Promise<Found<Outcome>> {
  const bounds = { start, least: 1, most, resolution: 0.1, quantise: Math.round };
  const attempts: Attempt[] = [];
  const outcomes = new Map<number, Outcome>();
  let { retries } = search;
  while (attempts.length < steps) {
    const load = nextLoad(attempts, bounds);
    if (load === null) break;
    const outcome = await attempt(load);
    const { lost, repeated, p99, othersPercent } = outcome;
    const held = p99 !== null && p99 <= mostMs && lost === 0 && repeated === 0;
    // What others have spoiled says nothing of the server; a machine that is never quiet is taken as it is.
    if (!held && othersPercent > DISTURBANCE_PERCENT && retries-- > 0) continue;
    attempts.push({ load, result: held ? "held" : "broke" });
    if (!held || !outcomes.has(load)) outcomes.set(load, outcome);
  }
  return { ...bracketOf(attempts), outcomes };
}
