import type { Arrivals } from "./arrivals.ts";
import { type FleetLoad, loadBound, loadOf, type ServerLoad } from "./fleet-load.ts";
import type { Move } from "./fleet-state.ts";
import { preferred } from "./provision.ts";

/** A room of so many is not torn apart because a share of few clients is even fewer. */
const SMALL_ROOM = 16;

/** A room, or what of it can move. */
interface Candidate {
  room: string;
  clients: number;
  /** Whether all of its members can move. */
  whole: boolean;
  /** Writes a second that one client takes along. */
  writes: number;
  /** Load that it takes off the source: its writes, or a connection's share where connections are what fills it. */
  heat: number;
}

/**
 * Who leaves `source`, and for where: at most `shedShare` of its clients, and no more than relieve it of `excess`.
 * Whole rooms, those first that take most load along for each client that is disturbed; on a server with few clients one
 * small room, rather than part of it. Only if they are no use, part of the hottest room. Rooms without counted writes share evenly what the counted ones leave.
 *
 * No target is filled over the bound at which newcomers pass by, nor over `spareBelow`: of `spawnAt` for a source that
 * stands at `shedAbove`, in proportion for one that stands higher. So load only ever flows down, by a wide step, and
 * never back, also where the whole fleet has too much.
 * Adds the moves to `planned`, the clients that are on their way to each server.
 */
export function planMoves(
  source: ServerLoad,
  sourceLoad: number,
  excess: number,
  fleet: FleetLoad,
  planned: Arrivals,
  stuck: ReadonlySet<string>,
): Move[] {
  const { options } = fleet;
  const reach = Math.max(options.spawnAt, sourceLoad / options.shedAbove);
  const limit = Math.min(loadBound(fleet), options.spareBelow * reach);
  const target = (room: string, clients: number, writesOfEach: number): string | undefined => {
    const fits = (load: ServerLoad): boolean => {
      if (load === source || load.lagging) return false;
      const onWay = planned.of(load.server.id);
      const writes = load.writes + (onWay?.writes ?? 0) + clients * writesOfEach;
      const connections = load.connections + (onWay?.clients ?? 0) + clients;
      return loadOf(writes, connections, options) <= limit;
    };
    return preferred(room, fleet, fits)?.server.id;
  };

  const moves: Move[] = [];
  const budget = Math.ceil(options.shedShare * source.connections);
  let left = budget;
  let surplus = excess;
  const move = ({ room, writes, heat }: Candidate, clients: number, to: string): void => {
    moves.push({ room, clients, to });
    planned.add(to, writes, clients);
    left -= clients;
    surplus -= clients * heat;
  };

  // Rooms that did not go when they were told to come last, or they would stand in everyone's way for ever.
  const ranked = rank(source, fleet);
  const candidates = [
    ...ranked.filter(({ room }) => !stuck.has(room)),
    ...ranked.filter(({ room }) => stuck.has(room)),
  ];
  for (const candidate of candidates) {
    if (surplus <= 0 || left < 1) break;
    const { room, clients, writes, whole } = candidate;
    const isOneSmall = moves.length === 0 && whole && clients <= SMALL_ROOM;
    if (clients > left && !isOneSmall) continue;
    const to = target(room, clients, writes);
    if (to !== undefined) move(candidate, clients, to);
  }
  // A remainder is not worth a split.
  if (surplus <= 0 || left <= budget / 2) return moves;

  const moved = new Set(moves.map(({ room }) => room));
  const [hottest] = candidates
    .filter(({ room }) => !moved.has(room) && !stuck.has(room))
    .sort((a, b) => b.clients * b.heat - a.clients * a.heat);
  if (hottest === undefined) return moves;
  let part = Math.min(left, hottest.clients, Math.ceil(surplus / hottest.heat));
  for (; part >= 1; part = Math.floor(part / 2)) {
    const to = target(hottest.room, part, hottest.writes);
    if (to === undefined) continue;
    move(hottest, part, to);
    break;
  }
  return moves;
}

/** The rooms worth moving: a client that takes along less than half of the mean is not disturbed. */
function rank({ server, writes: all, connections }: ServerLoad, { options }: FleetLoad): Candidate[] {
  let [counted, uncounted] = [0, 0];
  for (const part of server.rooms.values()) {
    counted += part.writesPerSecond;
    if (part.writesPerSecond === 0) uncounted += part.members;
  }
  const rest = Math.max(0, all - counted) / Math.max(1, uncounted);
  const byConnections = loadOf(0, connections, options) > all;
  const candidates: Candidate[] = [];
  for (const [room, { members, movable, writesPerSecond }] of server.rooms) {
    const writes = writesPerSecond > 0 ? writesPerSecond / members : rest;
    const heat = byConnections ? loadOf(0, 1, options) : writes;
    if (movable < 1 || heat <= 0 || (!byConnections && heat < all / connections / 2)) continue;
    candidates.push({ room, clients: movable, whole: movable === members, writes, heat });
  }
  return candidates.sort(
    (a, b) => Number(b.whole) - Number(a.whole) || b.heat - a.heat || (a.room < b.room ? -1 : 1),
  );
}
