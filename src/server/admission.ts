import type { DialectName } from "../protocol/dialect.ts";
import {
  type JoinRequest,
  NATIVE_SUBPROTOCOL,
  parseChatPath,
  parseJoinRequest,
} from "../protocol/handshake.ts";

/** A handshake that may go on. */
export interface Admission {
  dialect: DialectName;
  /** `null` until a client of the register dialect names it. */
  room: string | null;
  join: JoinRequest;
  /** The name by which the client reached this server, with its port. */
  host: string;
}

/** A handshake that may not, with the HTTP status and a sentence that names the rule. */
export interface Refusal {
  status: 400 | 404;
  problem: string;
}

/**
 * Decides over a handshake. `url` is the request's, `subprotocols` the client's `Sec-WebSocket-Protocol` header.
 * A subprotocol that is not ours is refused: Bun would otherwise echo it as if it were spoken here.
 */
export function admit(url: URL, subprotocols: string | null): Admission | Refusal {
  const offered = subprotocols === null ? [] : subprotocols.split(",").map((name) => name.trim());
  const native = offered.includes(NATIVE_SUBPROTOCOL);
  if (offered.length > 0 && !native) {
    return { status: 400, problem: `unknown subprotocol; offer ${NATIVE_SUBPROTOCOL} or none` };
  }
  const join = parseJoinRequest(url.searchParams);
  if ("problem" in join) return { status: 400, problem: join.problem };
  if (url.pathname === "/" && !native) return { dialect: "register", room: null, join, host: url.host };

  const path = parseChatPath(url.pathname);
  if ("problem" in path) return path;
  return { dialect: native ? "native" : "plain", room: path.room, join, host: url.host };
}
