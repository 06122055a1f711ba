import { formatCount, formatDuration, formatLatency, formatPercent } from "../../lib/format.ts";
import { Histogram } from "../../lib/histogram.ts";

/** What is known at one moment, of one process or of all. */
interface Moment {
  /** That are to be there. */
  clients: number;
  connected: number;
  /** Were in their rooms, and are coming back. */
  away: number;
  /** Since the start: times that a client came back, and that one went on at another server. */
  reconnects: number;
  redirects: number;
  /** Of the times that clients were away, microseconds. */
  backP99: number | null;
  /** Messages and deliveries since the start. */
  sent: number;
  received: number;
  /** The generator itself cannot keep up. */
  late: boolean;
}

/** One process at one moment. */
export interface PartSnapshot extends Moment {
  /** Deliveries that have not come yet. */
  outstanding: number;
  /** The counts of a `Histogram` of latencies from scheduled. */
  latencies: Uint32Array;
  /** Deliveries of what was sent long enough ago to have arrived: those expected, and those that came. */
  due: { expected: number; received: number };
  /** Nobody is there, nor coming back. */
  isDeserted: boolean;
}

/** Of a process that has not told anything. */
export const NOTHING_YET: PartSnapshot = {
  ...{ clients: 0, connected: 0, away: 0, reconnects: 0, redirects: 0, backP99: null, sent: 0, received: 0 },
  ...{ outstanding: 0, latencies: new Histogram().counts, due: { expected: 0, received: 0 } },
  ...{ isDeserted: false, late: false },
};

/** A load test at one moment. Latencies in microseconds, from scheduled. */
export interface Snapshot extends Moment {
  phase: "connecting" | "sending" | "settling" | "leaving";
  p50: number | null;
  p99: number | null;
  loss: number;
  leftMs: number;
}

/** The processes of a test side by side. */
export function addSnapshots(
  parts: readonly PartSnapshot[],
  moment: Pick<Snapshot, "phase" | "leftMs">,
): Snapshot {
  const sum = (figure: (part: PartSnapshot) => number) => parts.reduce((all, part) => all + figure(part), 0);
  const latencies = new Histogram();
  for (const part of parts) latencies.merge(Histogram.of(part.latencies));
  const expected = sum(({ due }) => due.expected);
  const backs = parts.map(({ backP99 }) => backP99).filter((backP99) => backP99 !== null);
  return {
    ...moment,
    clients: sum(({ clients }) => clients),
    connected: sum(({ connected }) => connected),
    away: sum(({ away }) => away),
    reconnects: sum(({ reconnects }) => reconnects),
    redirects: sum(({ redirects }) => redirects),
    // Of several processes the worst: exact ones come at the end.
    backP99: backs.length === 0 ? null : Math.max(...backs),
    sent: sum(({ sent }) => sent),
    received: sum(({ received }) => received),
    p50: latencies.percentile(50),
    p99: latencies.percentile(99),
    loss: expected === 0 ? 0 : 1 - sum(({ due }) => due.received) / expected,
    late: parts.some(({ late }) => late),
  };
}

/** The line that a person watches; rates come from the snapshot before and the milliseconds since then. */
export function progressLine(now: Snapshot, before: Snapshot, elapsedMs: number): string {
  const connected = `${formatCount(now.connected)}/${formatCount(now.clients)} connected`;
  if (now.phase === "connecting") return connected;
  const rate = (to: number, from: number) => `${formatCount(((to - from) * 1000) / elapsedMs)}/s`;
  const latency = (us: number | null) => (us === null ? "–" : formatLatency(us));
  return [
    connected,
    `${rate(now.sent, before.sent)} sent`,
    `${rate(now.received, before.received)} received`,
    `p50 ${latency(now.p50)}`,
    `p99 ${latency(now.p99)}`,
    `loss ${formatPercent(now.loss)}`,
    ...(now.away > 0 ? [`${formatCount(now.away)} away`] : []),
    ...(now.reconnects > 0 ? [`${formatCount(now.reconnects)} back (p99 ${latency(now.backP99)})`] : []),
    ...(now.redirects > 0 ? [`${formatCount(now.redirects)} sent elsewhere`] : []),
    phaseText(now),
    ...(now.late ? ["generator is late!"] : []),
  ].join("  ");
}

function phaseText({ phase, leftMs }: Snapshot): string {
  if (phase === "sending") return `${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left`;
  return phase === "settling" ? "waiting for the rest" : "closing";
}
