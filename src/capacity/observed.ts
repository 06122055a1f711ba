import { formatCount, formatLatency, formatPercent } from "../lib/format.ts";
import { lossOf, type RunSummary } from "../results/summary.ts";
import { mishapOf, refuseLostClients } from "./mishaps.ts";

/** What one server was seen to carry. */
export interface Observed {
  /** Socket writes a second. */
  writes: number;
  /** Where that comes from, in a few words. */
  source: string;
  /** It was not full by then: it carries more, but nobody saw how much. */
  isLowerBound: boolean;
  /** What to know before believing it, one sentence each. */
  caveats: string[];
}

/** A server is full when a user waits so long, at the 99th percentile, or when messages are lost. */
const FULL_P99_US = 1_000_000;
const FULL_LOSS = 0.001;
const MICROSECONDS = 1_000_000;

/**
 * The capacity that a load test shows, taken as one server's; `null` when nothing was delivered. Throws `OperationError`
 * for a run that lost clients.
 */
export function capacityOfRun(run: RunSummary): Observed | null {
  if (run.spanUs === null || run.spanUs <= 0 || run.received === 0) return null;
  refuseLostClients(run);
  const latency = run.fromScheduled ?? run.fromSent;
  const p99 = latency?.percentiles.find(({ percent }) => percent === 99)?.valueUs ?? null;
  const loss = lossOf(run);
  const health = [
    `p99 ${p99 === null ? "not known" : formatLatency(p99)}`,
    `loss ${loss === null ? "not known" : formatPercent(loss)}`,
  ].join(", ");
  // Count and span are both of the rows that are there: of a file cut short the generator's own count is of more.
  const writes = (run.received * (run.meta?.sample ?? 1) * MICROSECONDS) / run.spanUs;
  const mishap = mishapOf(run);
  const isFull = (p99 ?? 0) >= FULL_P99_US || (loss ?? 0) >= FULL_LOSS;
  // Its warnings are of itself: then it is not the server that was late.
  const isGeneratorLate = (run.meta?.end?.warnings.length ?? 0) > 0;
  return {
    writes,
    source: `${run.label}: ${formatCount(writes)} deliveries/s, ${health}`,
    isLowerBound: mishap === null && (!isFull || isGeneratorLate),
    caveats: [
      mishap === null
        ? describeHealth(isFull, isGeneratorLate)
        : `${mishap}: whether a server carries this much for long is not known; repeat the run`,
      "the whole run is taken as one server's: with several behind its address, divide",
      ...run.notes,
    ],
  };
}

function describeHealth(isFull: boolean, isGeneratorLate: boolean): string {
  if (isGeneratorLate) {
    return "the generator of the load could not keep up: a server carries at least this, but how well is not known";
  }
  return isFull
    ? "the server was full: to carry this much in good health takes more room"
    : "the run was in good health: a server carries at least this; a larger load would show how much";
}

/** A server's `/stats` at two moments, or what a balancer says of its busiest server. */
export type Sample =
  | { kind: "server"; writesPerSecond: number; cpuShare: number; worstLagMs: number }
  | { kind: "fleet"; servers: number; writesPerSecond: number; meanLagMs: number };

/** As the fleet's policy: a server whose loop is later than this in the mean sends clients away. */
const FULL_MEAN_LAG_MS = 15;
const FULL_WORST_LAG_MS = 100;
/** Below it most of the processor time is not for messages. */
const LEAST_CPU_SHARE = 0.05;

/**
 * The capacity that a running server's figures suggest. A server is one event loop: what it writes in a second of its
 * processor's time is the most that one core gives. A balancer does not tell that time, so its busiest server is a
 * lower bound.
 */
export function capacityOfSample(sample: Sample, where: string): Observed | null {
  const { writesPerSecond: writes } = sample;
  if (writes <= 0) return null;
  if (sample.kind === "fleet") {
    const isFull = sample.meanLagMs >= FULL_MEAN_LAG_MS;
    return {
      writes,
      source: `${where}: ${formatCount(writes)} writes/s on the busiest of ${sample.servers}`,
      isLowerBound: !isFull,
      caveats: [lagCaveat(isFull, `${sample.meanLagMs.toFixed(1)} ms in the mean`)],
    };
  }
  const lag = `${sample.worstLagMs.toFixed(0)} ms at worst`;
  const isFull = sample.worstLagMs >= FULL_WORST_LAG_MS || sample.cpuShare >= 1;
  const source = `${where}: ${formatCount(writes)} writes/s with ${formatPercent(Number(sample.cpuShare.toFixed(3)))} of a core`;
  if (isFull) return { writes, source, isLowerBound: false, caveats: [lagCaveat(true, lag)] };
  return {
    writes: writes / Math.max(sample.cpuShare, LEAST_CPU_SHARE),
    source,
    isLowerBound: sample.cpuShare < LEAST_CPU_SHARE,
    caveats: [
      "extrapolated to a whole core: nobody saw it carry this; a load test would show",
      ...(sample.cpuShare < LEAST_CPU_SHARE
        ? ["the server is nearly idle: what it needs in any case hides what a message costs"]
        : []),
    ],
  };
}

function lagCaveat(isFull: boolean, lag: string): string {
  return isFull
    ? `its event loop is late (${lag}): it is full, and should carry less than this`
    : `its event loop is on time (${lag}): it carries at least this, and nobody saw how much more`;
}
