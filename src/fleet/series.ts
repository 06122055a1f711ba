import type { FleetSeries, SeriesFigure, ServerStatus } from "./status.ts";

const STEP_MS = 5000;
const KEPT = 120;

/** The last ten minutes of every server, one value every five seconds. */
export class Series {
  private readonly moments: Array<{ at: number; servers: Map<string, Pick<ServerStatus, SeriesFigure>> }> =
    [];

  /** May be called more often: what comes too early is left out. */
  add(at: number, statuses: () => readonly ServerStatus[]): void {
    const last = this.moments.at(-1);
    // A timer is late now and then, and shall not push every later moment back.
    if (last !== undefined && at - last.at < STEP_MS - STEP_MS / 10) return;
    const servers = new Map(
      statuses().map(({ id, connections, writes_per_s, loop_lag_ms, memory_rss_bytes }) => [
        id,
        { connections, writes_per_s, loop_lag_ms, memory_rss_bytes },
      ]),
    );
    this.moments.push({ at, servers });
    if (this.moments.length > KEPT) this.moments.shift();
  }

  /** Servers that are gone are there as long as their values are. */
  read(): FleetSeries {
    const ids = new Set(this.moments.flatMap(({ servers }) => [...servers.keys()]));
    const servers: FleetSeries["servers"] = {};
    for (const id of ids) {
      const column = (figure: SeriesFigure) =>
        this.moments.map((moment) => moment.servers.get(id)?.[figure] ?? null);
      servers[id] = {
        connections: column("connections"),
        writes_per_s: column("writes_per_s"),
        loop_lag_ms: column("loop_lag_ms"),
        memory_rss_bytes: column("memory_rss_bytes"),
      };
    }
    return { at: this.moments.map(({ at }) => at), servers };
  }
}
