import { formatCounted, formatLatency, formatPercent } from "../lib/format.ts";
import { GENERATOR_BOUNDS } from "./generator-bounds.ts";
import type { GeneratorHealth } from "./run-meta.ts";
import { lossOf, type RunSummary } from "./summary.ts";

/** A server that takes so long for a delivery does not keep up with what it is sent. */
const SLOW_US = 1_000_000;
/** All cores of the machine are in use. */
const FULL_PERCENT = 95;
/** A limit that counts was reached for this share of the time at least: one bad second is no limit. */
const SHARE = 0.2;

/** The summary with, as its first note, what limited the run, if its generator has told how it fared. */
export function withLimit(run: RunSummary): RunSummary {
  const limit = limitOf(run);
  return limit === null ? run : { ...run, notes: [limit, ...run.notes] };
}

/** Was the generator or the server the limit? In words; `null` when the file does not tell how the generator fared. */
export function limitOf(run: RunSummary): string | null {
  const health = run.meta?.end?.generator;
  if (health === undefined || run.fromSent === null) return null;
  const effort = describeEffort(health);
  const machine = describeMachine(health);
  const strain = describeStrain(run);
  if (isOverloaded(health)) {
    return `limit: the generator (${effort}), so the server may do more than these figures show${machine}`;
  }
  if (strain !== null) {
    return `limit: the server or the way to it (${strain}); the generator kept up (${effort})${machine}`;
  }
  return `limit: none was reached; the generator kept up (${effort})${machine}`;
}

function isOverloaded({
  cpu_percent: cpu,
  loop_delay_ms: delay,
  send_lag_ms: lag,
}: GeneratorHealth): boolean {
  return (
    isOften(cpu, GENERATOR_BOUNDS.cpuPercent) ||
    isOften(delay, GENERATOR_BOUNDS.loopDelayMs) ||
    isOften(lag, GENERATOR_BOUNDS.sendLagMs)
  );
}

function isOften(figures: readonly number[], limit: number): boolean {
  return figures.filter((figure) => figure >= limit).length > figures.length * SHARE;
}

function describeEffort({ cpu_percent: cpu, send_lag_ms: lag }: GeneratorHealth): string {
  const [most, latest] = [Math.max(0, ...cpu), Math.max(0, ...lag)];
  return `a process of it used up to ${most} % of a core and sent up to ${formatLatency(latest * 1000)} late`;
}

/** Where server and generator share a machine, neither can have more than is left by the other. */
function describeMachine({ host_cpu_percent: host }: GeneratorHealth): string {
  if (host === undefined || !isOften(host, FULL_PERCENT)) return "";
  return "; all cores of this machine were in use";
}

/** What shows that a server did not keep up, or `null`. */
function describeStrain(run: RunSummary): string | null {
  const loss = lossOf(run) ?? 0;
  const slow = run.fromSent!.percentiles.find(({ valueUs }) => valueUs !== null && valueUs > SLOW_US);
  const signs = [
    ...(slow === undefined ? [] : [`p${slow.percent} ${formatLatency(slow.valueUs!)} from sent`]),
    ...(loss === 0 ? [] : [`${formatPercent(loss)} lost`]),
    ...lostClients(run),
  ];
  return signs.length === 0 ? null : signs.join(", ");
}

/** Clients that lost their connection for good, or never had one, take their load away: the rest looks well. */
function lostClients({ meta, disturbances }: RunSummary): string[] {
  const lost = disturbances?.lost_clients ?? 0;
  const refused = meta?.end?.connect_errors ?? 0;
  return [
    ...(lost === 0 ? [] : [`${formatCounted(lost, "connection")} lost`]),
    ...(refused === 0 ? [] : [`${formatCounted(refused, "client")} could not connect`]),
  ];
}
