import { formatCount, formatDuration } from "../../lib/format.ts";
import { loadOf } from "./fleet-load.ts";
import type { PolicyOptions } from "./options.ts";

/** A time within a sentence: `3000` -> `3 s`, `300000` -> `5 m`. */
export function seconds(ms: number): string {
  return formatDuration(ms).replace(/([a-z]+)$/, " $1");
}

/** A server's load, told by what makes it: its writes or its connections. */
export interface LoadInWords {
  /** `300,000 writes/s over the last 3 s, above 200,000`; the limit is in writes a second. */
  above(limit: number): string;
  /** A limit in writes a second as it is told beside this load. */
  limit(limit: number): string;
}

/** `writes` is a mean of the last `windowMs`. */
export function loadInWords(
  writes: number,
  connections: number,
  windowMs: number,
  options: PolicyOptions,
): LoadInWords {
  const isOfWrites = loadOf(writes, connections, options) === writes;
  const unit = isOfWrites ? 1 : options.connectionsAt / options.spawnAt;
  const limit = (writes: number) => formatCount(writes * unit);
  const load = isOfWrites
    ? `${formatCount(writes)} writes/s over the last ${seconds(windowMs)}`
    : `${formatCount(connections)} connections`;
  return { above: (most) => `${load}, above ${limit(most)}`, limit };
}
