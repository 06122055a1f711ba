import { readSubprotocols } from "../protocol/bearer.ts";
import type { DialectName } from "../protocol/dialect.ts";
import type { Grant } from "../protocol/grant.ts";
import {
  type JoinRequest,
  NATIVE_SUBPROTOCOL,
  parseChatPath,
  parseJoinRequest,
} from "../protocol/handshake.ts";

/** A handshake that may go on. */
export interface Admission {
  dialect: DialectName;
  /** The one that client and server agree on; `null` where the client offers none. */
  subprotocol: string | null;
  /** `null` until a client of the register dialect names it. */
  room: string | null;
  join: JoinRequest;
  /** The name by which the client reached this server, with its port. */
  host: string;
  /** What its token allows; `null` where nobody is asked for one. */
  grant: Grant | null;
}

/** A handshake that may not, with the HTTP status and a sentence that names the rule. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 503;
  problem: string;
  headers?: Record<string, string>;
}

/** A client without headers of its own says by these what it speaks, when it has to offer something beside its token. */
const SUBPROTOCOLS: ReadonlyMap<string, DialectName> = new Map([
  [NATIVE_SUBPROTOCOL, "native"],
  ["plain", "plain"],
  ["register", "register"],
]);

/**
 * Decides over a handshake, all but its token. `url` is the request's, `subprotocols` the client's
 * `Sec-WebSocket-Protocol` header. One that is not ours is refused: Bun would otherwise echo it as if it were spoken
 * here, and with it a token.
 */
export function admit(url: URL, subprotocols: string | null): Admission | Refusal {
  const { offered, token } = readSubprotocols(subprotocols);
  const subprotocol = [...SUBPROTOCOLS.keys()].find((name) => offered.includes(name)) ?? null;
  if (subprotocol === null && (offered.length > 0 || token !== null)) return unknownSubprotocol(token);
  const join = parseJoinRequest(url.searchParams);
  if ("problem" in join) return { status: 400, problem: join.problem };

  const dialect = SUBPROTOCOLS.get(subprotocol ?? "") ?? (url.pathname === "/" ? "register" : "plain");
  const known = { dialect, subprotocol, join, host: url.host, grant: null };
  if (dialect === "register" && url.pathname === "/") return { ...known, room: null };
  const path = parseChatPath(url.pathname);
  if ("problem" in path) return path;
  if (dialect === "register") return { status: 404, problem: "the register dialect is spoken at /" };
  return { ...known, room: path.room };
}

function unknownSubprotocol(token: string | null): Refusal {
  const all = [...SUBPROTOCOLS.keys()].join(", ");
  return token === null
    ? { status: 400, problem: `unknown subprotocol; offer ${NATIVE_SUBPROTOCOL} or none` }
    : { status: 400, problem: `a token is no subprotocol to agree on; offer one of ${all} beside it` };
}
