import { hash32 } from "../../lib/hash.ts";
import type { Arrivals } from "./arrivals.ts";
import type { FleetState, ServerState } from "./fleet-state.ts";
import type { PolicyOptions } from "./options.ts";
import { meanOrNewest, meanOver } from "./windows.ts";

/** A server that takes clients, and how full it is. */
export interface ServerLoad {
  readonly server: ServerState;
  /** `hash32` of its id. */
  readonly hash: number;
  /** Socket writes a second over the load window. */
  readonly writes: number;
  readonly connections: number;
  /** See `loadOf`. */
  readonly load: number;
  /** Whether there are samples enough for a decision to rest on. */
  readonly measured: boolean;
  /** Whether it is old enough to have its share. */
  readonly grown: boolean;
  /** Whether its event loop is late. */
  readonly lagging: boolean;
}

/** On which servers each room lives. */
export interface RoomIndex {
  get(room: string): readonly ServerState[] | undefined;
}

/** What provisioning looks at; made once for each round of samples, not once for each client. */
export interface FleetLoad {
  readonly options: PolicyOptions;
  readonly ready: readonly ServerLoad[];
  readonly byId: ReadonlyMap<string, ServerLoad>;
  /** Mean load of the ready servers. */
  readonly mean: number;
  /** That of the grown ones, if there are any. */
  readonly grownMean: number;
  /** Writes a second that a client costs in the mean. */
  readonly writesPerClient: number;
  readonly rooms: RoomIndex;
}

/**
 * How full a server is, in writes a second: by its writes or by its connections, whichever is more. Before anyone
 * talks, and where hardly anyone does, connections are all there is to balance by; where people talk they do not count.
 */
export function loadOf(writes: number, connections: number, options: PolicyOptions): number {
  return Math.max(writes, (connections * options.spawnAt) / options.connectionsAt);
}

/** `rooms` is for a caller that keeps such an index itself. */
export function measureFleet(
  fleet: FleetState,
  options: PolicyOptions,
  now: number,
  rooms: RoomIndex = indexRooms(fleet),
): FleetLoad {
  const ready: ServerLoad[] = [];
  const byId = new Map<string, ServerLoad>();
  let [loads, grownLoads, grown, writes, connections] = [0, 0, 0, 0, 0];
  for (const server of fleet) {
    if (server.phase !== "ready") continue;
    const load = measureServer(server, options, now);
    ready.push(load);
    byId.set(server.id, load);
    loads += load.load;
    if (load.grown) {
      grownLoads += load.load;
      grown++;
    }
    writes += load.writes;
    connections += load.connections;
  }
  const mean = loads / Math.max(1, ready.length);
  const grownMean = grown > 0 ? grownLoads / grown : mean;
  return { options, ready, byId, mean, grownMean, writesPerClient: writes / Math.max(1, connections), rooms };
}

function measureServer(server: ServerState, options: PolicyOptions, now: number): ServerLoad {
  const { samples } = server;
  const writes = meanOrNewest(samples, "writesPerSecond", options.loadWindowMs, now);
  // A count is as true in one sample as in three.
  const connections = samples.at(-1)?.connections ?? 0;
  return {
    server,
    hash: hash32(server.id),
    writes,
    connections,
    load: loadOf(writes, connections, options),
    measured: meanOver(samples, "writesPerSecond", options.loadWindowMs, now) !== null,
    grown: now - server.startedAt >= options.retireAgeMs,
    lagging: (meanOver(samples, "lagMs", options.shedLagWindowMs, now) ?? 0) > options.shedLagMs,
  };
}

function indexRooms(fleet: FleetState): Map<string, ServerState[]> {
  const index = new Map<string, ServerState[]>();
  for (const server of fleet) {
    for (const room of server.rooms.keys()) {
      const servers = index.get(room);
      if (servers === undefined) index.set(room, [server]);
      else servers.push(server);
    }
  }
  return index;
}

/**
 * The load over which newcomers pass by: `newcomerFactor` times the mean, and never more than at which a server sheds
 * clients, unless the whole fleet is there. At least one server is always at or under it.
 */
export function loadBound({ options, mean }: FleetLoad, meanArrivals = 0): number {
  const shedding = options.shedAbove * options.spawnAt;
  const shared = mean + meanArrivals;
  const bound = Math.min(options.newcomerFactor, options.loadFactor) * shared;
  return Math.max(
    options.quietBelow * options.spawnAt,
    shared > shedding ? bound : Math.min(bound, shedding),
  );
}

/** Writes a second that one more client of the room costs: what its members cost now, else the mean of all. */
export function newcomerWrites(fleet: FleetLoad, room: string | null): number {
  if (room === null) return fleet.writesPerClient;
  let [members, writes] = [0, 0];
  for (const server of fleet.rooms.get(room) ?? []) {
    const part = server.rooms.get(room);
    if (part === undefined || part.writesPerSecond === 0) continue;
    members += part.members;
    writes += part.writesPerSecond;
  }
  return members > 0 ? writes / members : fleet.writesPerClient;
}

/** A server's load with those who were sent there and do not show in its figures yet. */
export function loadWithArrivals(load: ServerLoad, arrivals: Arrivals, options: PolicyOptions): number {
  const arrived = arrivals.of(load.server.id);
  if (arrived === undefined) return load.load;
  return loadOf(load.writes + arrived.writes, load.connections + arrived.clients, options);
}
