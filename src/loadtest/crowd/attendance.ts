import { Distribution, type DistributionState } from "../../lib/distribution.ts";
import type { Disturbances } from "../../results/run-meta.ts";

/** An attendance on its way from one process to another. */
export interface AttendanceState {
  counts: Record<Count, number>;
  lastLoss: string;
  absences: DistributionState;
}

const COUNTS = [
  ...(["present", "away", "connectErrors", "lost", "left"] as const),
  ...(["disconnects", "reconnects", "redirects", "gaps"] as const),
];
type Count = (typeof COUNTS)[number];

/** Who is there, who was, and what became of the others. */
export class Attendance {
  /** Clients that are in their rooms now. */
  present = 0;
  /** Clients that were in their rooms, and are coming back. */
  away = 0;
  /** Could not connect, or not in time. */
  connectErrors = 0;
  /** Were in, and did not come back. */
  lost = 0;
  /** Left because the plan says so. */
  left = 0;
  /** Connections that ended before the test did. */
  disconnects = 0;
  reconnects = 0;
  redirects = 0;
  gaps = 0;
  /** Why the last connection was lost. */
  lastLoss = "";
  /** How long clients were away, microseconds. */
  private readonly absences = new Distribution();
  private emptySince: number | null = null;

  joined(): void {
    this.enter();
  }

  /** A client went away; `now` is in milliseconds, as everywhere here. */
  wentAway(now: number): void {
    this.away++;
    this.disconnects++;
    this.leave(now);
  }

  cameBack(absenceMs: number): void {
    this.away--;
    this.reconnects++;
    this.absences.add(Math.max(0, Math.round(absenceMs * 1000)));
    this.enter();
  }

  /** A client is gone for good that was in its room, or on its way back. */
  wasLost(wasAway: boolean, now: number): void {
    this.lost++;
    if (wasAway) {
      this.away--;
    } else {
      this.disconnects++;
      this.leave(now);
    }
  }

  /** A client leaves its room as planned. */
  wentHome(now: number): void {
    this.left++;
    this.leave(now);
  }

  /** Nobody is there, nor has been for so long that anybody should have come back. */
  isDeserted(now: number, patienceMs: number): boolean {
    if (this.present > 0) return false;
    return this.away === 0 || (this.emptySince !== null && now - this.emptySince > patienceMs);
  }

  /** The 99th percentile of the times away, microseconds; `null` before anybody came back. */
  get backP99(): number | null {
    return this.absences.percentiles([99])[0]!;
  }

  /** What clients went through and got over, or `undefined` when nothing happened that is one. */
  get disturbances(): Disturbances | undefined {
    const { reconnects, redirects, gaps, lost } = this;
    if (reconnects + redirects + gaps === 0) return undefined;
    const [p50, p99, max] = this.absences.percentiles([50, 99, 100]).map((us) => (us ?? 0) / 1000);
    const back_ms = reconnects === 0 ? null : { p50: p50!, p99: p99!, max: max! };
    return { reconnects, back_ms, lost_clients: lost, redirects, gaps };
  }

  /** Adds what another process has counted. */
  merge({ counts, lastLoss, absences }: AttendanceState): void {
    for (const name of COUNTS) this[name] += counts[name];
    this.lastLoss ||= lastLoss;
    this.absences.merge(absences);
  }

  state(): AttendanceState {
    const counts = Object.fromEntries(COUNTS.map((name) => [name, this[name]])) as Record<Count, number>;
    return { counts, lastLoss: this.lastLoss, absences: this.absences.state() };
  }

  private enter(): void {
    this.present++;
    this.emptySince = null;
  }

  private leave(now: number): void {
    this.present--;
    if (this.present === 0) this.emptySince = now;
  }
}
