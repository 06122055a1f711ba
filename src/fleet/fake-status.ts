import type { FleetStatus, ServerStatus } from "./status.ts";

/** A server with the figures that a test cares about. */
export function fakeServer(id: string, figures: Partial<ServerStatus> = {}): ServerStatus {
  return {
    ...{ id, url: `ws://127.0.0.1/${id}`, kind: "child", phase: "ready", started_at: 0 },
    ...{ connections: 0, rooms: 0, writes_per_s: 0, loop_lag_ms: 0, memory_rss_bytes: 0 },
    ...figures,
  };
}

export function fakeStatus(at: number, servers: ServerStatus[]): FleetStatus {
  return {
    ...{ at, decides: true, options: { min: 1, max: 4, spawn_at: 1000 }, servers },
    ...{ connections: 0, rooms: 0, writes_per_s: 0, provisions_per_s: 0, busiest_rooms: [] },
  };
}
