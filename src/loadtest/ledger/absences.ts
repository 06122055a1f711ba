import type { Chatter } from "../chatter/chatter.ts";
import type { TestRoom } from "../crowd/room.ts";

/** How many clients of a room were away at a time, of those who did not come back. */
export interface Absence {
  /** Microseconds since the epoch. */
  at(us: number): number;
}

/** By room: from when each of the `lost` clients went to when it was given up. */
export function absencesIn(lost: readonly Chatter[]): Map<TestRoom, Absence> {
  const absences = new Map<TestRoom, Absence>();
  for (const [room, clients] of Map.groupBy(lost, (chatter) => chatter.room)) {
    const gone = ascending(clients.map(({ awaySince }) => awaySince * 1000));
    const givenUp = ascending(clients.map(({ lostAt }) => lostAt * 1000));
    absences.set(room, { at: (us) => below(gone, us) - below(givenUp, us) });
  }
  return absences;
}

function ascending(times: number[]): Float64Array {
  return Float64Array.from(times).sort();
}

/** How many of the ascending `times` are before `us`. */
function below(times: Float64Array, us: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}
