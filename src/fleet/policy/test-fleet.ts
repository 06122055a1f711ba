import type { LoadSample, RoomLoad, ServerState } from "./fleet-state.ts";

/** When the fleets of these tests are looked at. */
export const NOW = 1_763_683_200_000;

export interface TestServer extends Partial<Omit<ServerState, "rooms" | "samples">> {
  id: string;
  /** Each of the last 10 seconds. */
  writes?: number;
  lag?: number;
  connections?: number;
  /** How many seconds it has measured. */
  seconds?: number;
  rooms?: Record<string, Partial<RoomLoad>>;
}

/** A server that has measured the same for a while; its rooms can be moved, and cost as much as it says. */
export function testServer(options: TestServer): ServerState {
  const { writes = 0, lag = 1, seconds = 10, rooms: parts = {}, ...rest } = options;
  const rooms = new Map<string, RoomLoad>();
  for (const [room, part] of Object.entries(parts)) {
    const members = part.members ?? 10;
    rooms.set(room, { members, movable: members, writesPerSecond: 0, ...part });
  }
  const inRooms = [...rooms.values()].reduce((sum, { members }) => sum + members, 0);
  const connections = options.connections ?? inRooms;
  const samples: LoadSample[] = [];
  for (let age = seconds - 1; age >= 0; age--) {
    samples.push({ at: NOW - 500 - age * 1000, writesPerSecond: writes, lagMs: lag, connections });
  }
  const defaults = {
    url: `ws://${options.id}`,
    kind: "child",
    phase: "ready",
    isSilent: false,
    startedAt: NOW - 3_600_000,
  } as const;
  return { ...defaults, ...rest, samples, rooms };
}
