import { loadOf } from "./fleet-load.ts";
import type { Decision, FleetState, PastDecision } from "./fleet-state.ts";
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
  const rests = Math.max(options.spawnRestMs, options.spawnEveryMs, options.shedRestMs);
  return {
    decisions: history.decisions.filter(({ at }) => at > now - rests),
    // One older than the window shows that the window is full.
    loads: [...history.loads.filter(({ at }) => at > now - options.retireAfterMs - 2000), { at: now, load }],
  };
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
