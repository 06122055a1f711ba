import { loadOf } from "./fleet-load.ts";
import type { Decision, FleetState, PastDecision, ServerState } from "./fleet-state.ts";
import type { PolicyOptions } from "./options.ts";
import { meanOrNewest } from "./windows.ts";

/** What the rules remember; `decide` gives it back for the next call. A balancer that is elected begins without. */
export interface PolicyHistory {
  /** Oldest first. */
  readonly decisions: readonly PastDecision[];
  /** The whole fleet's load, one entry a call, oldest first. */
  readonly loads: ReadonlyArray<{ at: number; load: number }>;
}

export const NO_HISTORY: PolicyHistory = { decisions: [], loads: [] };

/** So long a room that did not go when it was told to comes after all others. */
const STUCK_MS = 60_000;

/** The history with the fleet's load as it is now, without what no rule looks at any more. */
export function observe(
  history: PolicyHistory,
  fleet: FleetState,
  options: PolicyOptions,
  now: number,
): PolicyHistory {
  let load = 0;
  // Those that drain, too: their clients stay in the fleet.
  for (const { samples } of fleet) {
    const writes = meanOrNewest(samples, "writesPerSecond", options.loadWindowMs, now);
    load += loadOf(writes, samples.at(-1)?.connections ?? 0, options);
  }
  const rests = Math.max(options.spawnRestMs, options.spawnEveryMs, options.shedRestMs, STUCK_MS);
  return {
    decisions: history.decisions.filter(({ at }) => at > now - rests),
    // One older than the window shows that the window is full.
    loads: [...history.loads.filter(({ at }) => at > now - options.retireAfterMs - 2000), { at: now, load }],
  };
}

/**
 * The rooms that a server was told to send away as a whole, within the last minute, and that are there all the same: their
 * clients do not follow, or cannot.
 */
export function stuckRooms(history: PolicyHistory, { id, rooms }: ServerState, now: number): Set<string> {
  const stuck = new Set<string>();
  for (const { at, decision } of history.decisions) {
    if (at <= now - STUCK_MS || decision.type !== "redistribute" || decision.server !== id) continue;
    for (const { room, clients } of decision.moves) {
      if (clients >= (rooms.get(room)?.movable ?? Number.POSITIVE_INFINITY)) stuck.add(room);
    }
  }
  return stuck;
}

/** Whether a decision of that kind was taken within the last `ms`. */
export function decidedWithin(
  history: PolicyHistory,
  ms: number,
  now: number,
  matches: (decision: Decision) => boolean,
): boolean {
  return history.decisions.some(({ at, decision }) => at > now - ms && matches(decision));
}
