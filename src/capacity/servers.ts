import { type Talk, writesOf } from "./load.ts";

/** What one server carries when it is full. */
export interface Capacity {
  /** Socket writes a second. */
  writes: number;
  connections: number;
}

/** What it takes, for the load alone: without one to spare. */
export interface Servers {
  forWrites: number;
  forConnections: number;
  /** Of each room the servers that it fills, and one for a rest over half of one: two such do not fit on one server. */
  forWholeRooms: number;
  /** The largest of these, and at least one. */
  needed: number;
  /** Servers over which the hottest room has to be spread; 1 where it fits. */
  hottestRoomOver: number;
}

/** Servers of which a share, `headroom`, stays free. */
export function serversFor(talk: Talk, capacity: Capacity, headroom: number): Servers {
  const usable = capacity.writes * (1 - headroom);
  const fills = talk.sizes.map((size) => writesOf(size, talk.interval) / usable);
  const users = talk.sizes.reduce((sum, size) => sum + size, 0);
  const counts = {
    forWrites: roundUp(fills.reduce((sum, fill) => sum + fill, 0)),
    forConnections: roundUp(users / (capacity.connections * (1 - headroom))),
    forWholeRooms: fills.reduce((sum, fill) => sum + serversAlone(fill), 0),
  };
  return {
    ...counts,
    needed: Math.max(1, ...Object.values(counts)),
    hottestRoomOver: Math.max(1, roundUp(fills[0] ?? 0)),
  };
}

/** Servers that a room takes so far that no room like it fits beside it. */
function serversAlone(fill: number): number {
  return Math.floor(fill) + (fill % 1 > 0.5 ? 1 : 0);
}

/** Without the dust of binary fractions: 3.0000000000000004 servers are three. */
function roundUp(servers: number): number {
  return Math.ceil(servers - 1e-9);
}
