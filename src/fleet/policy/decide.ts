import type { Decision } from "./fleet-state.ts";
import { observe, type PolicyHistory } from "./history.ts";
import { redistribute } from "./redistribute.ts";
import { retire } from "./retire.ts";
import { type Situation, survey } from "./situation.ts";
import { spawn } from "./spawn.ts";

export interface Verdict {
  decisions: Decision[];
  /** For the next call. */
  history: PolicyHistory;
}

/**
 * What the fleet is to do now; called once a second by the balancer that decides. The same situation gives the same
 * verdict. A fleet that grows or moves clients does not shrink in the same second.
 */
export function decide(situation: Situation): Verdict {
  const { fleet, options, now } = situation;
  const history = observe(situation.history, fleet, options, now);
  const surveyed = survey({ ...situation, history });
  const decisions = redistribute(surveyed);
  const grow = spawn(surveyed);
  if (grow !== null) decisions.unshift(grow);
  if (decisions.length === 0) {
    const shrink = retire(surveyed);
    if (shrink !== null) decisions.push(shrink);
  }
  const taken = decisions.map((decision) => ({ at: now, decision }));
  return { decisions, history: { ...history, decisions: [...history.decisions, ...taken] } };
}
