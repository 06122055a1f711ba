import type { KnownServer } from "./known-server.ts";
import { meanOrNewest } from "./policy/windows.ts";
import type { Registry } from "./registry.ts";
import type { RoomStatus, ServerStatus } from "./status.ts";

const WINDOW_MS = 3000;
const BUSIEST = 50;

/** The servers, the oldest first, as `/servers` shows them. */
export function serverStatuses(registry: Registry, now: number): ServerStatus[] {
  return registry.all
    .map((server) => serverStatus(server, now))
    .sort((a, b) => a.started_at - b.started_at || (a.id < b.id ? -1 : 1));
}

/** A figure of all servers together. */
export function total(servers: readonly ServerStatus[], figure: "connections" | "writes_per_s"): number {
  return servers.reduce((sum, server) => sum + server[figure], 0);
}

function serverStatus(server: KnownServer, now: number): ServerStatus {
  const { id, url, kind, phase, startedAt, samples } = server;
  return {
    id,
    url,
    kind,
    phase,
    started_at: Math.round(startedAt),
    connections: server.connections,
    rooms: server.rooms.size,
    writes_per_s: Math.round(meanOrNewest(samples, "writesPerSecond", WINDOW_MS, now)),
    loop_lag_ms: Math.round(meanOrNewest(samples, "lagMs", WINDOW_MS, now) * 10) / 10,
    memory_rss_bytes: server.memoryBytes,
  };
}

/** The rooms that cost most; where none costs anything, the largest. */
export function busiestRooms({ rooms }: Registry): RoomStatus[] {
  const busiest: RoomCost[] = [];
  for (const [room, servers] of rooms) {
    const cost: RoomCost = { room, servers, members: 0, writes: 0 };
    for (const server of servers) {
      const part = server.rooms.get(room)!;
      cost.members += part.members;
      cost.writes += part.writesPerSecond;
    }
    // One pass: a fleet has too many rooms to sort them all.
    if (busiest.length === BUSIEST && byCost(cost, busiest.at(-1)!) >= 0) continue;
    busiest.push(cost);
    busiest.sort(byCost);
    if (busiest.length > BUSIEST) busiest.pop();
  }
  return busiest.map(({ room, members, writes, servers }) => ({
    room,
    members,
    writes_per_s: writes,
    servers: [...servers]
      .sort((a, b) => b.rooms.get(room)!.members - a.rooms.get(room)!.members)
      .map(({ id }) => id),
  }));
}

interface RoomCost {
  room: string;
  servers: readonly KnownServer[];
  members: number;
  writes: number;
}

function byCost(a: RoomCost, b: RoomCost): number {
  return b.writes - a.writes || b.members - a.members || (a.room < b.room ? -1 : 1);
}
