import type { SERIES_FIGURES as FIGURES, FleetSeries, SERIES_FIGURES, ServerStatus } from "./status.ts";

type Figures = Pick<ServerStatus, (typeof SERIES_FIGURES)[number]>;

export const SERIES_STEP_MS = 5000;
const KEPT = 120;

/** The last ten minutes of every server, one value every five seconds. */
export class Series {
  private readonly moments: Array<{ at: number; servers: Map<string, Figures> }> = [];

  add(at: number, servers: readonly ServerStatus[]): void {
    this.moments.push({ at, servers: new Map(servers.map((server) => [server.id, server])) });
    if (this.moments.length > KEPT) this.moments.shift();
  }

  /** Servers that are gone are there as long as their values are. */
  read(): FleetSeries {
    const ids = new Set(this.moments.flatMap(({ servers }) => [...servers.keys()]));
    const servers: FleetSeries["servers"] = {};
    for (const id of ids) {
      const column = (figure: (typeof FIGURES)[number]) =>
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
