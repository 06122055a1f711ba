import { formatCount, formatDuration, formatLatency, formatPercent } from "../lib/format.ts";

/** A load test at one moment. Latencies in microseconds, from scheduled. */
export interface Snapshot {
  phase: "connecting" | "sending" | "settling" | "leaving";
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
  p50: number | null;
  p99: number | null;
  loss: number;
  leftMs: number;
  /** The generator itself cannot keep up. */
  late: boolean;
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
