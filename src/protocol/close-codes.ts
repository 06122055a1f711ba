/** How a connection may end, as far as this program ends it, and what a client should do then. */
export interface CloseRule {
  code: number;
  reason: string;
  /** May the client come back by itself? */
  reconnect: boolean | "with a new token";
  /** The client waits a random time up to this long before its first try, milliseconds. */
  spreadMs: number;
}

export const closeCodes = {
  /** The client left. */
  normal: { code: 1000, reason: "bye", reconnect: false, spreadMs: 0 },
  /** The server stops; another may take its place. */
  serverStopping: { code: 1001, reason: "server is stopping", reconnect: true, spreadMs: 2000 },
  /** Too many frames that were not understood. */
  tooManyErrors: { code: 4001, reason: "too many invalid frames", reconnect: false, spreadMs: 0 },
  /** The client did not read what it was sent; it can resume. */
  slowReader: { code: 4002, reason: "too slow reading", reconnect: true, spreadMs: 1000 },
  /** The token that the client came with is over. */
  tokenExpired: { code: 4401, reason: "the token has expired", reconnect: "with a new token", spreadMs: 0 },
  /** The room that the client asked for, once it was connected, is not among those of its token. */
  roomForbidden: {
    code: 4403,
    reason: "the token does not open this room",
    reconnect: "with a new token",
    spreadMs: 0,
  },
  /** The client sends more than it may, and goes on. */
  rateLimited: { code: 4429, reason: "too many messages", reconnect: true, spreadMs: 5000 },
  /** The room that the client asked for, once it was connected, has no place, or is one room too many. */
  full: { code: 4503, reason: "there is no place in this room now", reconnect: true, spreadMs: 5000 },
  /** The server cannot serve this room now (its log cannot be reached). */
  unavailable: { code: 1013, reason: "try again later", reconnect: true, spreadMs: 2000 },
} as const satisfies Record<string, CloseRule>;

/** Codes of RFC 6455, 7.4.1, that clients of this program tell, or are told, and that have no rule of ours. */
export const standardCodes = {
  /** The other side does not speak as the RFC wants it. */
  protocolError: 1002,
  /** There was a goodbye without a code. Never sent. */
  noCode: 1005,
  /** There was no goodbye. Never sent. */
  lost: 1006,
  /** The other side says more at a time than is read. */
  tooLong: 1009,
} as const;

/** Codes of RFC 6455 that say "what you sent cannot be accepted": coming back would not help. */
const FINAL_STANDARD_CODES = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

/** Those of RFC 6455, 7.4.1, and of the registry that it begins. */
const STANDARD_CODES = [
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015,
];

/** Codes that mean something here or everywhere: a client may close with any of 2,000 others. */
export const KNOWN_CLOSE_CODES: ReadonlySet<number> = new Set([
  ...STANDARD_CODES,
  ...Object.values(closeCodes).map(({ code }) => code),
]);

/** The rule for a code that was received; unknown codes are a loss of the connection, which heals. */
export function closeRuleOf(code: number): Pick<CloseRule, "reconnect" | "spreadMs"> {
  for (const rule of Object.values(closeCodes)) if (rule.code === code) return rule;
  return { reconnect: !FINAL_STANDARD_CODES.has(code), spreadMs: 0 };
}
