import { meanOrNewest } from "./policy/windows.ts";
import type { KnownServer, Registry } from "./registry.ts";
import type { RoomStatus, ServerStatus } from "./status.ts";

const WINDOW_MS = 3000;
const BUSIEST = 50;

/** The servers, the oldest first, as `/servers` shows them. */
export function serverStatuses(registry: Registry, now: number): ServerStatus[] {
  return registry.all
    .map((server) => serverStatus(server, now))
    .sort((a, b) => a.started_at - b.started_at || (a.id < b.id ? -1 : 1));
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
  const statuses: RoomStatus[] = [];
  for (const [room, servers] of rooms) {
    const parts = servers.map((server) => ({ id: server.id, ...server.rooms.get(room)! }));
    parts.sort((a, b) => b.members - a.members);
    statuses.push({
      room,
      members: parts.reduce((sum, { members }) => sum + members, 0),
      writes_per_s: parts.reduce((sum, { writesPerSecond }) => sum + writesPerSecond, 0),
      servers: parts.map(({ id }) => id),
    });
  }
  return statuses
    .sort((a, b) => b.writes_per_s - a.writes_per_s || b.members - a.members || (a.room < b.room ? -1 : 1))
    .slice(0, BUSIEST);
}
