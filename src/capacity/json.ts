import type { Observed } from "./observed.ts";
import type { Plan } from "./plan.ts";

/** The plan for programs, on one line; its fields are described in docs/operations.md. */
export function planJson(plan: Plan, observed: Observed | null): string {
  const { load, bandwidth, capacity, headroom, servers, each } = plan;
  const { hottest } = load;
  return `${JSON.stringify({
    users: load.users,
    rooms: load.rooms,
    messages_per_s: load.messagesPerSecond,
    writes_per_s: load.writesPerSecond,
    bandwidth: { in_bytes_per_s: bandwidth.in, out_bytes_per_s: bandwidth.out },
    hottest_room: {
      users: hottest.users,
      messages_per_s: hottest.messagesPerSecond,
      writes_per_s: hottest.writesPerSecond,
      servers: servers.hottestRoomOver,
    },
    capacity: {
      writes_per_s: capacity.writes,
      connections: capacity.connections,
      headroom,
      source: observed?.source ?? null,
      is_lower_bound: observed?.isLowerBound ?? false,
      caveats: observed?.caveats ?? [],
    },
    servers: {
      for_writes: servers.forWrites,
      for_connections: servers.forConnections,
      for_whole_rooms: servers.forWholeRooms,
      needed: servers.needed,
      with_one_to_spare: servers.needed + 1,
    },
    each: {
      connections: each.connections,
      writes_per_s: each.writesPerSecond,
      out_bytes_per_s: each.bandwidthOut,
      memory_bytes: each.memory,
    },
    redis_calls_per_s: plan.redisCallsPerSecond,
  })}\n`;
}
