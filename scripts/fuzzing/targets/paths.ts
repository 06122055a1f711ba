import { bearerOf, isToken, readSubprotocols } from "../../../src/protocol/bearer.ts";
import { parseChatPath, parseJoinRequest, roomUrl } from "../../../src/protocol/handshake.ts";
import { checkRoom } from "../../../src/protocol/text.ts";
import { admit } from "../../../src/server/admission/admission.ts";
import type { Chance } from "../chance.ts";
import { mutateText } from "../mutate.ts";
import { type Note, promise, pureTarget } from "../target.ts";

/** Addresses of rooms as clients ask for them. */
export const PATHS: readonly string[] = [
  "/",
  "/ws",
  "/ws/lobby",
  "/ws/J%C3%B6rg%27s%20room?name=ann&presence=names",
  "/ws/r?session=0123456789abcdef&since=epoch-1:42",
  "/ws/r?history=100&presence=none",
];

const SUBPROTOCOLS = ["scale-chat.v1", "scale-chat.v1, bearer.a.b.c", "plain, bearer.a.b.c", "register"];

/** What is known before there is a connection: never an exception, and a room is one that can be asked for again. */
export const paths = pureTarget((chance: Chance, note: Note) => {
  const path = mutateText(chance, chance.pick(PATHS));
  const offered = chance.odds(0.3) ? null : mutateText(chance, chance.pick(SUBPROTOCOLS));
  note({ path, offered });
  readSubprotocols(offered);
  isToken(offered ?? "");
  const header = `Bearer ${offered}`;
  // A header with line ends never gets this far.
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(header)) bearerOf(new Headers({ authorization: header }));
  const text = `http://localhost${path.startsWith("/") ? "" : "/"}${path}`;
  if (!URL.canParse(text)) return;
  const url = new URL(text);
  parseJoinRequest(url.searchParams);
  const found = parseChatPath(url.pathname);
  if ("room" in found) {
    promise(found.room === "" || checkRoom(found.room) === null, "a room keeps the rules of rooms");
    const again = parseChatPath(new URL(roomUrl("ws://localhost", found.room)).pathname);
    promise("room" in again && again.room === found.room, "the address of a room is that room's");
  }
  const admission = admit(url, offered, "10.0.0.1");
  promise(
    "dialect" in admission || [400, 404].includes(admission.status),
    "a refusal is one that is documented",
  );
});
