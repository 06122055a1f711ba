import { sanitise } from "../lib/sanitise.ts";

/** What the dashboard and the table of `status` show alike. */

/** The name of a room; the global chat has none. */
export function roomName(room: string): string {
  return room === "" ? "(global chat)" : sanitise(room) || "(unprintable)";
}

/** How much of what it may write a server writes: from 1 on the fleet has to grow. */
export function loadOf(writesPerSecond: number, spawnAt: number): number {
  return spawnAt > 0 ? writesPerSecond / spawnAt : 0;
}

/** How long something has lasted, its two largest units: `42s`, `5m`, `3h 12m`, `4d 2h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, "h", minutes % 60, "m");
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`;
}
