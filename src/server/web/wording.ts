import { formatBytes, formatCount } from "../../lib/format.ts";
import { hash32 } from "../../lib/hash.ts";
import { sanitise } from "../../lib/sanitise.ts";
import type { GapFrame } from "../../protocol/frames.ts";

/** What the page says, as pure functions: text from strangers comes out harmless. */

/** A message's text with its lines, but without characters that hide or turn what follows. */
export function cleanText(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(sanitise)
    .join("\n");
}

/** Whose chat this is, where that is not clear from the page's own host. */
export function viaLine(balancer: string | null, pageHost: string): string {
  if (balancer === null || new URL(balancer).hostname === pageHost) return "";
  return `through ${new URL(balancer).host}`;
}

/** Why the entrance asks for a token; `reason` is the server's, about the one that it was shown. */
export function tokenLine(hadToken: boolean, reason: string): string {
  return hadToken ? `${sanitise(reason)}; join with another one` : "this chat asks for a token";
}

export function membersLine(members: number): string {
  return members === 1 ? "Only you" : `${formatCount(members)} people`;
}

export function offlineLine(reason: string, retryMs: number, wasOnline: boolean): string {
  const seconds = Math.max(1, Math.ceil(retryMs / 1000));
  const what = !wasOnline
    ? "No connection yet"
    : reason === "connection lost"
      ? "Connection lost"
      : `Connection lost (${sanitise(reason)})`;
  return `${what}, trying again in ${seconds} s`;
}

export function stayLine(why: string): string {
  return `Sent to another server, but staying here: ${sanitise(why)}`;
}

export function backLine(recovered: boolean): string {
  return recovered ? "Back, nothing missed" : "Back, but some messages may be missing";
}

export function gapLine({ from, to, reason }: GapFrame): string {
  if (reason === "epoch") return "The room was started anew: what was said meanwhile may be missing";
  const missing = to - from + 1;
  return missing === 1 ? "1 message is missing here" : `${formatCount(missing)} messages are missing here`;
}

export function tooLongLine(bytes: number, limit: number): string {
  return `Too long to send: ${formatBytes(bytes)}, at most ${formatBytes(limit)} are allowed`;
}

export function newerLine(count: number): string {
  return count === 1 ? "1 new message ↓" : `${formatCount(count)} new messages ↓`;
}

/** The title of the window: whether something happened in which room. */
export function titleLine(room: string, unread: number): string {
  return `${unread > 0 ? `(${formatCount(unread)}) ` : ""}${sanitise(room)} · scale-chat`;
}

/** A name's colour, one of eight: the same on every page, because it comes from the name. */
export function hueOf(name: string): number {
  return hash32(name) % 8;
}
