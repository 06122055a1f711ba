import { type FleetSeries, type FleetStatus, SERIES_FIGURES, type SeriesFigure } from "../status.ts";

/** How far back the charts look. */
export const WINDOW_MS = 600_000;
/** One point for each of these, as the balancer's own series has it. */
export const STEP_MS = 5000;

export type Values = ReadonlyArray<number | null>;
type Lines = Record<SeriesFigure, Array<number | null>>;

/**
 * The last 10 minutes of every server. What was before the page came from the balancer; each second's status moves
 * the newest point, which stays where it is when its 5 seconds are over. So the charts follow each second, and
 * never hold more than some 120 points a line.
 */
export class SeriesStore {
  private times: number[] = [];
  private readonly lines = new Map<string, Lines>();

  /** Milliseconds since the epoch, oldest first. */
  get at(): readonly number[] {
    return this.times;
  }

  /** Each server's values of `figure`, one for each of `at`; `null` where it was not there. */
  *of(figure: SeriesFigure): Generator<readonly [id: string, values: Values]> {
    for (const [id, lines] of this.lines) yield [id, lines[figure]];
  }

  values(id: string, figure: SeriesFigure): Values | null {
    return this.lines.get(id)?.[figure] ?? null;
  }

  /** Begins anew with what the balancer remembers. */
  load(series: FleetSeries): void {
    this.times = [...series.at];
    this.lines.clear();
    for (const [id, given] of Object.entries(series.servers)) {
      const lines = emptyLines();
      // One value for each time, whatever was sent: a chart of uneven columns would not be drawn at all.
      for (const figure of SERIES_FIGURES)
        lines[figure] = this.times.map((_, i) => given[figure]?.[i] ?? null);
      this.lines.set(id, lines);
    }
    this.forget();
  }

  add({ at, servers }: FleetStatus): void {
    const last = this.times.at(-1);
    // Another balancer's clock, or a corrected one.
    if (last !== undefined && at < last - STEP_MS) this.clear();
    this.makePoint(at);
    const place = this.times.length - 1;
    for (const server of servers) {
      let lines = this.lines.get(server.id);
      if (lines === undefined) {
        lines = emptyLines();
        for (const figure of SERIES_FIGURES) lines[figure] = this.times.map(() => null);
        this.lines.set(server.id, lines);
      }
      for (const figure of SERIES_FIGURES) lines[figure][place] = server[figure];
    }
    this.forget();
  }

  private makePoint(at: number): void {
    const last = this.times.at(-1);
    if (last !== undefined && Math.floor(at / STEP_MS) <= Math.floor(last / STEP_MS)) {
      this.times[this.times.length - 1] = Math.max(at, last);
      for (const lines of this.lines.values()) {
        for (const figure of SERIES_FIGURES) lines[figure][this.times.length - 1] = null;
      }
      return;
    }
    // Where nothing was heard, no line is drawn.
    if (last !== undefined && at - last > 3 * STEP_MS) this.push(last + STEP_MS);
    this.push(at);
  }

  private push(at: number): void {
    this.times.push(at);
    for (const lines of this.lines.values()) {
      for (const figure of SERIES_FIGURES) lines[figure].push(null);
    }
  }

  private forget(): void {
    // One point more than is seen: the lines come in from the left edge.
    const oldest = (this.times.at(-1) ?? 0) - WINDOW_MS - STEP_MS;
    const kept = this.times.findIndex((at) => at >= oldest);
    if (kept > 0) this.times.splice(0, kept);
    for (const [id, lines] of this.lines) {
      if (kept > 0) for (const figure of SERIES_FIGURES) lines[figure].splice(0, kept);
      if (lines.connections.every((value) => value === null)) this.lines.delete(id);
    }
  }

  private clear(): void {
    this.times = [];
    this.lines.clear();
  }
}

function emptyLines(): Lines {
  return { connections: [], writes_per_s: [], loop_lag_ms: [], memory_rss_bytes: [] };
}

/** Mean and greatest of the lines at each time; `null` where there was none. */
export function summariseLines(lines: readonly Values[], length: number): { mean: Values; max: Values } {
  const mean: Array<number | null> = [];
  const max: Array<number | null> = [];
  for (let i = 0; i < length; i++) {
    let sum = 0;
    let count = 0;
    let greatest = Number.NEGATIVE_INFINITY;
    for (const line of lines) {
      const value = line[i];
      if (value === null || value === undefined) continue;
      sum += value;
      count++;
      if (value > greatest) greatest = value;
    }
    mean.push(count === 0 ? null : sum / count);
    max.push(count === 0 ? null : greatest);
  }
  return { mean, max };
}
