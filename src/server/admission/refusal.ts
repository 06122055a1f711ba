/** Rules by which a handshake is refused: what `/stats` and `/metrics` count, by these names. */
export const REFUSAL_RULES = [
  "request",
  "token",
  "origin",
  "stopping",
  "unavailable",
  "handshakes_per_second",
  "max_connections",
  "max_connections_per_ip",
  "max_rooms",
  "max_room_size",
] as const;
export type RefusalRule = (typeof REFUSAL_RULES)[number];

/** A handshake that may not go on: the rule, the HTTP status and a sentence that says what is allowed. */
export interface Refusal {
  rule: RefusalRule;
  status: 400 | 401 | 403 | 404 | 503;
  problem: string;
  headers?: Record<string, string>;
}

/** Not now: the client may try again after so many seconds. */
export function notNow(rule: RefusalRule, problem: string, retryAfterS: number): Refusal {
  return { rule, status: 503, problem, headers: { "retry-after": String(retryAfterS) } };
}
