import { isObject, parseJson } from "../lib/json.ts";
import type { Grant } from "../protocol/grant.ts";
import { checkName } from "../protocol/text.ts";

/** A token whose audience is named (`aud`) is for this one, or not for us (RFC 7519, 4.1.3). */
const AUDIENCE = "scale-chat";
/**
 * Tokens may begin this much later by our clock than by that of whoever issued them. Nothing is added at their end: it is
 * at the second that they say.
 */
const TOLERANCE_MS = 30_000;

/**
 * What the claims of a token allow at `now` (milliseconds since the epoch), or what is wrong with them. Rooms have to
 * be named: a claim that was forgotten or misspelled must not open them all.
 */
export function readClaims(payload: string, now: number): Grant | { problem: string } {
  const claims = parseJson(payload);
  if (!isObject(claims)) return { problem: "the token holds no claims" };
  const { sub, exp, nbf, aud } = claims;
  const nameProblem = typeof sub === "string" ? checkName(sub) : "it must be a string";
  if (nameProblem !== null) return { problem: `the token's sub is no name: ${nameProblem}` };
  if (!isTime(exp)) return { problem: "the token has no end: exp must be a number of seconds" };
  if (exp * 1000 <= now) return { problem: "the token has expired" };
  if (nbf !== undefined && !(isTime(nbf) && nbf * 1000 <= now + TOLERANCE_MS)) {
    return { problem: "the token is not valid yet" };
  }
  if (aud !== undefined && ![aud].flat().includes(AUDIENCE)) {
    return { problem: `the token is for another audience; aud is ${AUDIENCE}, or left out` };
  }
  const rooms = readRooms(claims.rooms);
  if (rooms === null)
    return { problem: 'the token names no rooms: rooms is a list of patterns, ["*"] for all' };
  return { name: sub as string, rooms, expiresAt: exp * 1000 };
}

/** A list, or as `scope` is written (RFC 8693, 4.2): words between spaces. */
function readRooms(rooms: unknown): string[] | null {
  if (typeof rooms === "string") return rooms.split(" ").filter((pattern) => pattern !== "");
  return Array.isArray(rooms) && rooms.every((pattern) => typeof pattern === "string") ? rooms : null;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
