import type { Clock } from "../lib/clock.ts";

/** What a token allows, once somebody has verified it. */
export interface Grant {
  /** The sender's name; the client cannot choose another. */
  name: string;
  /** Patterns of the rooms that are open to it; in them `*` stands for any characters, also for none. */
  rooms: readonly string[];
  /** When it ends, milliseconds since the epoch. */
  expiresAt: number;
}

/** Decides over tokens. */
export interface Authenticator {
  /** By it tokens begin and end: the time of day, which whoever issues them has, too. */
  readonly clock: Clock;
  /** What the token allows, or a sentence that says what is wrong with it. */
  verify(token: string): Promise<Grant | { problem: string }>;
}

/** Is this room open to whoever has this grant? */
export function opensRoom({ rooms }: Grant, room: string): boolean {
  return rooms.some((pattern) => matches(pattern, room));
}

/** Without a regular expression: a stranger's pattern cannot make this take long. */
function matches(pattern: string, text: string): boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return pattern === text;
  const end = text.length - tail.length;
  if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
