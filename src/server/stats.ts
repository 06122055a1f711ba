import type { Clock } from "../lib/clock.ts";
import type { LoopDelay } from "../lib/loop-delay.ts";
import { memoryInUse } from "../lib/memory.ts";
import type { Counters } from "./counters.ts";
import type { Rooms } from "./rooms.ts";

export type ServerStats = ReturnType<typeof serverStats>;

/** The figures of `/stats`. Counts are totals since the start; a reader takes differences for rates. */
export function serverStats(of: {
  serverId: string;
  startedAt: number;
  clock: Clock;
  counters: Counters;
  rooms: Rooms;
  loopDelay: LoopDelay;
}) {
  const { counters } = of;
  const cpu = process.cpuUsage();
  return {
    server_id: of.serverId,
    uptime_s: Math.round((of.clock.now() - of.startedAt) / 1000),
    connections: counters.connections,
    rooms: of.rooms.count,
    accepted: counters.accepted,
    refused: Object.values(counters.refused).reduce((sum, count) => sum + count, 0),
    refused_by: counters.refused,
    messages_in: counters.messagesIn,
    duplicates: counters.duplicates,
    deliveries: counters.deliveries,
    socket_writes: counters.socketWrites,
    resumed: counters.resumed,
    errors: counters.errors,
    closed: counters.closed,
    /** The worst of the last 10 to 20 seconds. */
    loop_delay_ms: Math.round(of.loopDelay.recentWorst() * 10) / 10,
    memory_rss_bytes: memoryInUse().resident,
    cpu_seconds: (cpu.user + cpu.system) / 1e6,
  };
}
