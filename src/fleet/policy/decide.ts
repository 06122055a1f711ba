import { measureFleet, type RoomIndex } from "./fleet-load.ts";
import type { Decision, FleetState } from "./fleet-state.ts";
import { observe, type PolicyHistory } from "./history.ts";
import type { PolicyOptions } from "./options.ts";
import { redistribute } from "./redistribute.ts";
import { retire } from "./retire.ts";
import { spawn } from "./spawn.ts";

export interface Verdict {
  decisions: Decision[];
  /** For the next call. */
  history: PolicyHistory;
}

/**
 * What the fleet is to do now; called once a second by the balancer that decides. The same arguments give the same
 * verdict. A fleet that grows or moves clients does not shrink in the same second.
 *
 * @param starting children that were spawned and are not in `fleet` yet, from the moment of the decision on.
 * @param history of the last verdict; `NO_HISTORY` at first.
 */
export function decide(
  fleet: FleetState,
  starting: number,
  history: PolicyHistory,
  options: PolicyOptions,
  now: number,
  rooms?: RoomIndex,
): Verdict {
  const past = observe(history, fleet, options, now);
  const load = measureFleet(fleet, options, now, rooms);
  const decisions = redistribute(load, past, options, now);
  const grow = spawn(fleet, load, starting, past, options, now);
  if (grow !== null) decisions.unshift(grow);
  if (decisions.length === 0) {
    const shrink = retire(fleet, load, starting, past, options, now);
    if (shrink !== null) decisions.push(shrink);
  }
  const taken = decisions.map((decision) => ({ at: now, decision }));
  return { decisions, history: { ...past, decisions: [...past.decisions, ...taken] } };
}
