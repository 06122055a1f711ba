import { formatBytes, formatCount, formatCounted, formatDuration, formatPercent } from "../lib/format.ts";
import type { Host } from "../lib/host/host.ts";
import { formatRange, meanOf } from "../lib/range.ts";
import type { RunMeta } from "../results/run-meta.ts";
import { clientsOf, hasEqualRooms, type LoadOptions, ratesOf, roomSizesOf } from "./options.ts";

/** The row that a run has in a report. */
export function labelOf(options: LoadOptions): string {
  const { rooms, roomSize, stages, dialect } = options;
  if (stages !== undefined) return `${rooms} x ${clientsOf(options)} in all ${dialect}`;
  return `${rooms} x ${roomSize} ${dialect}`;
}

/** The load in one sentence, for the person who waits for it. */
export function describeLoad(options: LoadOptions, processes: number): string {
  const { rooms, roomSize, stages, urls, dialect, duration } = options;
  const size = stages === undefined ? ` x ${formatCount(roomSize)} clients` : "";
  const from = processes === 1 ? "" : `, out of ${processes} processes`;
  return [
    `${formatCounted(rooms, "room")}${size} (${dialect}) on ${describeUrls(urls)}`,
    ...varieties(options),
    `${describeTraffic(options)}, for ${formatDuration(duration)}${from}`,
  ].join(", ");
}

/** What a results file says of the run that it holds. */
export function metaOf(
  options: LoadOptions,
  { cores, cpu, memory, os }: Host,
  processes: number,
  startedAt: number,
): RunMeta {
  const { interval, size, duration, warmup, sample, command } = options;
  const load = varieties(options);
  return {
    version: 1,
    rooms: options.rooms,
    room_size: roomSizesOf(options)[0]!,
    interval_ms: meanOf(interval),
    size: Math.round(meanOf(size)),
    dialect: options.dialect,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: duration,
    warmup_ms: warmup,
    seed: options.seed,
    url: describeUrls(options.urls),
    ...(command === undefined ? {} : { command }),
    processes,
    ...(sample === 1 ? {} : { sample }),
    ...(hasEqualRooms(options) ? {} : { rooms_vary: true as const }),
    ...(load.length === 0 ? {} : { load: load.join(", ") }),
    host: { cores, cpu, memory_bytes: memory.total, os },
  };
}

function describeTraffic(options: LoadOptions): string {
  if (options.idle) return "nothing said";
  const { sends, deliveries } = ratesOf(options);
  const size = formatRange(options.size, formatBytes);
  const interval = formatRange(options.interval, formatDuration);
  return (
    `${size} every ${interval}: ${formatCount(sends)} messages/s in, ` +
    `${formatCount(deliveries)} deliveries/s out`
  );
}

/** What makes this load other than so many clients that all do the same. */
function varieties({ roomsDist, stages, arrivals, churn, slow, idle }: LoadOptions): string[] {
  const said: string[] = [];
  if (idle) said.push("idle");
  if (roomsDist.kind === "zipf") said.push(`room sizes by Zipf's law (${roomsDist.exponent})`);
  if (stages !== undefined) {
    const steps = stages.map(({ duration, clients }) => `${formatDuration(duration)}:${clients}`);
    said.push(`in stages ${steps.join(",")}`);
  }
  if (arrivals === "poisson") said.push("at random moments (poisson)");
  if (churn > 0) said.push(`${formatPercent(churn)} of the clients replaced each second`);
  if (slow > 0) said.push(`${formatPercent(slow)} of the clients reading nothing`);
  return said;
}

function describeUrls(urls: readonly string[]): string {
  return urls.length === 1
    ? urls[0]!
    : `${urls[0]} and ${formatCounted(urls.length - 1, "other address", "other addresses")}`;
}
