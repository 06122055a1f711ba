import { excerpt } from "../lib/sanitise.ts";
import type { GapFrame } from "../protocol/frames.ts";
import { cleanName } from "./message-lines.ts";

/** What is said about the connection, in the editor as in a pipe. Reasons come from outside: never trusted. */

export function lostNotice(reason: string, retryMs: number): string {
  const why = reason === "connection lost" ? "" : ` (${excerpt(reason, 80)})`;
  return `connection lost${why}, trying again in ${(retryMs / 1000).toFixed(1)} s`;
}

export function notJoinedNotice(room: string, retryMs: number): string {
  return `${excerpt(room)} cannot be joined now, trying again in ${(retryMs / 1000).toFixed(1)} s`;
}

export function stayNotice(why: string): string {
  return `sent to another server, but staying here: ${excerpt(why, 200)}`;
}

export const RECOVERED_NOTICE = "back, nothing missed";

export function gapNotice(gap: GapFrame): string {
  if (gap.reason === "epoch") return "back, but the server began a new log: what was in the old one is gone";
  const missed = gap.to - gap.from + 1;
  return `back, ${missed} ${missed === 1 ? "message" : "messages"} missed`;
}

export function endNotice(reason: string): string {
  return `the server ended the connection: ${excerpt(reason, 80)}`;
}

/** A server that asks for tokens takes the name from there. */
export function renamedNotice(wanted: string, name: string): string {
  return wanted === name
    ? `you are ${cleanName(name)} now`
    : `you are still ${cleanName(name)}: the name comes from your token`;
}

export function unsentNotice(count: number): string {
  return `${count} ${count === 1 ? "message was" : "messages were"} not confirmed by the server`;
}
