import { hash32 } from "../../lib/hash.ts";
import type { Random } from "../../lib/random.ts";
import type { Arrivals } from "./arrivals.ts";
import { type FleetLoad, loadBound, loadOf, loadWithArrivals, type ServerLoad } from "./fleet-load.ts";
import type { ServerState } from "./fleet-state.ts";
import { rendezvousScore } from "./rendezvous.ts";

/**
 * The server that the next client of a room connects to; `null` when none takes clients. The caller then counts it
 * with `arrivals.add(server.id, newcomerWrites(fleet, room))`.
 *
 * Rooms stay together: first the server with most of its members, then the others it lives on, then rendezvous
 * order; servers over `loadBound`, or whose event loop is late, are passed by, which is how a hot room is split. So are
 * those that already have much of one giant room: its every mood would be a jump of that server's whole load.
 * Without a room: the less loaded of two random choices, which beats the least loaded one as long as
 * figures are a second old (Mitzenmacher, "The Power of Two Choices").
 */
export function provision(
  room: string | null,
  fleet: FleetLoad,
  arrivals: Arrivals,
  random: Random,
): ServerState | null {
  const { ready } = fleet;
  if (ready.length === 0) return null;
  if (room === null) return lessLoadedOfTwo(fleet, arrivals, random).server;

  const { options } = fleet;
  const meanArrivals = loadOf(arrivals.total.writes, arrivals.total.clients, options) / ready.length;
  const bound = loadBound(fleet, meanArrivals);
  const takes = (load: ServerLoad): boolean => loadWithArrivals(load, arrivals, options) <= bound;
  const quiet = options.quietBelow * options.spawnAt;
  const largest = options.roomBelow * options.spawnAt;
  const isGiant = (load: ServerLoad): boolean =>
    (load.server.rooms.get(room)?.writesPerSecond ?? 0) > largest &&
    loadWithArrivals(load, arrivals, options) > quiet;
  return (
    preferred(room, fleet, (load) => takes(load) && !load.lagging && !isGiant(load)) ??
    preferred(room, fleet, (load) => takes(load) && !load.lagging) ??
    preferred(room, fleet, takes) ??
    lessLoadedOfTwo(fleet, arrivals, random)
  ).server;
}

/** The first that takes the room: where most of its members are, the others it lives on, then rendezvous order. */
export function preferred(
  room: string,
  fleet: FleetLoad,
  takes: (load: ServerLoad) => boolean,
): ServerLoad | undefined {
  let best: ServerLoad | undefined;
  let most = 0;
  for (const server of fleet.rooms.get(room) ?? []) {
    const load = fleet.byId.get(server.id);
    const members = server.rooms.get(room)?.members ?? 0;
    if (load === undefined || members <= most || !takes(load)) continue;
    best = load;
    most = members;
  }
  return best ?? highestScore(room, fleet.ready, takes);
}

function highestScore(
  room: string,
  servers: readonly ServerLoad[],
  takes: (load: ServerLoad) => boolean,
): ServerLoad | undefined {
  const hash = hash32(room);
  let best: ServerLoad | undefined;
  let highest = -1;
  for (const load of servers) {
    const score = rendezvousScore(hash, load.hash);
    if (score <= highest || !takes(load)) continue;
    best = load;
    highest = score;
  }
  return best;
}

function lessLoadedOfTwo(fleet: FleetLoad, arrivals: Arrivals, random: Random): ServerLoad {
  const { ready, options } = fleet;
  const first = Math.floor(random() * ready.length);
  if (ready.length === 1) return ready[0]!;
  const second = (first + 1 + Math.floor(random() * (ready.length - 1))) % ready.length;
  const [a, b] = [ready[first]!, ready[second]!];
  if (a.lagging !== b.lagging) return a.lagging ? b : a;
  return loadWithArrivals(a, arrivals, options) <= loadWithArrivals(b, arrivals, options) ? a : b;
}
