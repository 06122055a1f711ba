import { readSubprotocols } from "../../protocol/bearer.ts";
import type { DialectName } from "../../protocol/dialect.ts";
import type { Grant } from "../../protocol/grant.ts";
import {
  type JoinRequest,
  NATIVE_SUBPROTOCOL,
  parseChatPath,
  parseJoinRequest,
} from "../../protocol/handshake.ts";
import type { Refusal } from "./refusal.ts";

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
  /** Where it comes from. */
  address: string;
  /** What its token allows; `null` where nobody is asked for one. */
  grant: Grant | null;
}

/** A client without headers of its own says by these what it speaks, when it has to offer something beside its token. */
const SUBPROTOCOLS: ReadonlyMap<string, DialectName> = new Map([
  [NATIVE_SUBPROTOCOL, "native"],
  ["plain", "plain"],
  ["register", "register"],
]);

/**
 * Decides over a handshake, all but its token. `url` is the request's, `subprotocols` the client's
 * `Sec-WebSocket-Protocol` header, `address` where it comes from. One that is not ours is refused: Bun would otherwise echo it as if it were spoken
 * here, and with it a token.
 */
export function admit(url: URL, subprotocols: string | null, address: string): Admission | Refusal {
  const { offered, token } = readSubprotocols(subprotocols);
  const subprotocol = [...SUBPROTOCOLS.keys()].find((name) => offered.includes(name)) ?? null;
  if (subprotocol === null && (offered.length > 0 || token !== null)) return unknownSubprotocol(token);
  const join = parseJoinRequest(url.searchParams);
  if ("problem" in join) return malformed(400, join.problem);

  const dialect = SUBPROTOCOLS.get(subprotocol ?? "") ?? (url.pathname === "/" ? "register" : "plain");
  const known = { dialect, subprotocol, join, host: url.host, address, grant: null };
  if (dialect === "register" && url.pathname === "/") return { ...known, room: null };
  const path = parseChatPath(url.pathname);
  if ("problem" in path) return malformed(path.status, path.problem);
  if (dialect === "register") return malformed(404, "the register dialect is spoken at /");
  return { ...known, room: path.room };
}

function unknownSubprotocol(token: string | null): Refusal {
  const all = [...SUBPROTOCOLS.keys()].join(", ");
  return malformed(
    400,
    token === null
      ? `unknown subprotocol; offer ${NATIVE_SUBPROTOCOL} or none`
      : `a token is no subprotocol to agree on; offer one of ${all} beside it`,
  );
}

function malformed(status: 400 | 404, problem: string): Refusal {
  return { rule: "request", status, problem };
}
