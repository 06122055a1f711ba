import { MAX_HISTORY_REQUEST } from "./limits.ts";
import { decodePosition, encodePosition, type Position } from "./message.ts";
import { checkName, checkRoom, checkSession } from "./text.ts";

/** The WebSocket subprotocol of the native dialect. */
export const NATIVE_SUBPROTOCOL = "scale-chat.v1";

const PRESENCE_MODES = ["counts", "names", "none"] as const;
export type PresenceMode = (typeof PRESENCE_MODES)[number];

/** What a client asks for in the query of its handshake. */
export interface JoinRequest {
  name: string | null;
  session: string | null;
  since: Position | null;
  /** The last n messages on joining; not used when resuming with `since`. */
  history: number;
  presence: PresenceMode;
}

/** A path of the chat, understood; or why it is none. */
export type ChatPath = { room: string } | { status: 400 | 404; problem: string };

/** `/ws/{room}` or `/ws` (the global chat, room ""). `pathname` is percent-encoded, as it stands in a URL. */
export function parseChatPath(pathname: string): ChatPath {
  if (pathname === "/ws") return { room: "" };
  if (!pathname.startsWith("/ws/") || pathname.indexOf("/", 4) !== -1) {
    return { status: 404, problem: "there is nothing here; the chat is at /ws/{room}" };
  }
  let room: string;
  try {
    room = decodeURIComponent(pathname.slice(4));
  } catch {
    return { status: 400, problem: "the room name is not valid percent-encoded UTF-8" };
  }
  const problem = checkRoom(room);
  return problem === null ? { room } : { status: 400, problem };
}

/** Reads the query of a handshake; unknown parameters are ignored, so that old servers serve new clients. */
export function parseJoinRequest(query: URLSearchParams): JoinRequest | { problem: string } {
  const name = query.get("name");
  const session = query.get("session");
  const since = query.get("since");
  const history = query.get("history") ?? "0";
  const mode = query.get("presence") ?? "counts";
  // The constant, and not the text that came with the request: a server keeps one for each connection.
  const presence = PRESENCE_MODES.find((one) => one === mode);

  const problem =
    (name === null ? null : checkName(name)) ?? (session === null ? null : checkSession(session));
  if (problem !== null) return { problem };
  const position = since === null ? null : decodePosition(since);
  if (since !== null && position === null) return { problem: "since must be {epoch}:{offset}" };
  if (!/^\d{1,6}$/.test(history) || Number(history) > MAX_HISTORY_REQUEST) {
    return { problem: `history must be a whole number from 0 to ${MAX_HISTORY_REQUEST}` };
  }
  if (presence === undefined) return { problem: `presence must be one of ${PRESENCE_MODES.join(", ")}` };
  return { name, session, since: position, history: Number(history), presence };
}

/** `{room}` in a path, as a URL holds it. */
const ROOM_PLACE = /%7Broom%7D/gi;

/** Has each room an address of its own under `base`? Not where a path without `{room}` is given. */
export function hasRoomAddresses(base: string): boolean {
  const { pathname } = new URL(base);
  return pathname === "/" || pathname.search(ROOM_PLACE) !== -1;
}

/**
 * The address of a room. `base` is `ws://host:port`; a path in it is taken as it is, with `{room}` replaced,
 * so that servers with other paths can be reached.
 */
export function roomUrl(base: string, room: string, join: Partial<JoinRequest> = {}): string {
  const url = new URL(base);
  const name = encodeURIComponent(room);
  if (url.pathname === "/") url.pathname = room === "" ? "/ws" : `/ws/${name}`;
  // The rest of the path stays as it was written.
  else url.pathname = url.pathname.replaceAll(ROOM_PLACE, name);
  for (const [key, value] of Object.entries(joinQuery(join))) url.searchParams.set(key, value);
  return url.href;
}

function joinQuery(join: Partial<JoinRequest>): Record<string, string> {
  const query: Record<string, string> = {};
  if (join.name != null) query.name = join.name;
  if (join.session != null) query.session = join.session;
  if (join.since != null) query.since = encodePosition(join.since);
  else if (join.history) query.history = String(join.history);
  if (join.presence !== undefined) query.presence = join.presence;
  return query;
}
