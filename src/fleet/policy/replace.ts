import type { ServerPhase } from "./fleet-state.ts";

/** A child that lived shorter than this died at once: trying again at once would not help. */
const INFANCY_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A child's process that is gone. */
export interface ChildExit {
  /** The phase it was in; `null` if it never listened. */
  phase: ServerPhase | null;
  /** `null` when a signal ended it. */
  code: number | null;
  /** Milliseconds from its start. */
  ageMs: number;
}

/** What comes after a death: a new child after a pause, in milliseconds, longer with each that died at once. */
export interface Replacement {
  pauseMs: number;
  /** How many have died at once in a row; for the next call. */
  infantDeaths: number;
}

/** What replaces the child; `null` for one that ended as it should. */
export function replace(exit: ChildExit, infantDeaths: number): Replacement | null {
  return hasEndedWell(exit) ? null : afterDeath(exit, infantDeaths);
}

function hasEndedWell({ phase, code }: ChildExit): boolean {
  // A server that another balancer has drained ends well, too.
  return phase === "draining" || phase === "retiring" || (phase !== null && code === 0);
}

function afterDeath({ phase, ageMs }: ChildExit, before: number): Replacement {
  // One that never listened died at once, however long it took.
  const isInfant = phase === null || ageMs < INFANCY_MS;
  const infantDeaths = isInfant ? before + 1 : 0;
  const pauseMs = isInfant ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** before) : 0;
  return { pauseMs, infantDeaths };
}
