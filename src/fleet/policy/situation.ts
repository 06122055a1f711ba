import { type FleetLoad, measureFleet, type RoomIndex } from "./fleet-load.ts";
import type { FleetState } from "./fleet-state.ts";
import type { PolicyHistory } from "./history.ts";
import type { PolicyOptions } from "./options.ts";

/** All that a verdict rests on. */
export interface Situation {
  fleet: FleetState;
  /** Children that were spawned and are not in `fleet` yet, from the moment of the decision on. */
  starting: number;
  /** Of the last verdict; `NO_HISTORY` at first. */
  history: PolicyHistory;
  options: PolicyOptions;
  /** Milliseconds since the epoch. */
  now: number;
  /** For a caller that keeps such an index itself. */
  rooms?: RoomIndex;
}

/** A situation with the load of its servers: what each rule looks at. */
export interface Survey extends Situation {
  load: FleetLoad;
}

export function survey(situation: Situation): Survey {
  const { fleet, options, now, rooms } = situation;
  return { ...situation, load: measureFleet(fleet, options, now, rooms) };
}
