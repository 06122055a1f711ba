import { COUNTED, type Counts, nothingWrong } from "./history-counts.ts";
import type { HistoryEvent } from "./history-event.ts";
import { RoomHistory } from "./history-room.ts";

export { COUNTED, type Counts } from "./history-counts.ts";
export type { HistoryEvent } from "./history-event.ts";

export interface Verdict extends Counts {
  rooms: ReadonlyMap<string, Counts>;
  /** What was wrong, in words: the first of each room. */
  details: string[];
}

/**
 * Judges a finished history: every client has had the time to catch up. The log holds at least the `kept` newest
 * messages of each room.
 */
export function check(history: readonly HistoryEvent[], kept = Number.POSITIVE_INFINITY): Verdict {
  const rooms = new Map<string, RoomHistory>();
  for (const event of history) {
    const room = rooms.get(event.room) ?? new RoomHistory(event.room, kept);
    rooms.set(event.room, room);
    room.take(event);
  }
  const verdict = { ...nothingWrong(), rooms: new Map<string, Counts>(), details: [] as string[] };
  for (const room of rooms.values()) {
    room.end();
    verdict.rooms.set(room.name, room.counts);
    verdict.details.push(...room.details);
    for (const kind of COUNTED) verdict[kind] += room.counts[kind];
  }
  return verdict;
}
