import type { ServerStatus } from "../status.ts";

export const SORT_KEYS = [
  "id",
  "phase",
  "age",
  "connections",
  "rooms",
  "writes_per_s",
  "loop_lag_ms",
  "memory_rss_bytes",
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sorting {
  key: SortKey;
  descending: boolean;
}

/** `server-9` before `server-10`. */
const natural = new Intl.Collator("en", { numeric: true });

/** The servers in order; equal ones by id, so that none moves without a reason. */
export function sortServers(servers: readonly ServerStatus[], { key, descending }: Sorting): ServerStatus[] {
  const sign = descending ? -1 : 1;
  return [...servers].sort(
    (a, b) => sign * compare(sortValue(a, key), sortValue(b, key)) || natural.compare(a.id, b.id),
  );
}

function sortValue(server: ServerStatus, key: SortKey): string | number {
  return key === "age" ? -server.started_at : server[key];
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return natural.compare(String(one), String(other));
}

/** What a click on a column does: the other way round, or, for another column, what one looks for there first. */
export function sortBy(key: SortKey, now: Sorting): Sorting {
  if (key === now.key) return { key, descending: !now.descending };
  return { key, descending: key !== "id" && key !== "phase" };
}
