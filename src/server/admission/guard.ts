import { bearerOf } from "../../protocol/bearer.ts";
import { type Authenticator, type Grant, opensRoom } from "../../protocol/grant.ts";
import type { Refusal } from "./refusal.ts";

/** How a client learns that it has to bring a token (RFC 6750, 3). */
const CHALLENGE = 'Bearer realm="scale-chat"';

/** What the token of a request allows in `room` (`null`: not named yet), or why the request is refused. */
export async function checkToken(
  { verify }: Authenticator,
  headers: Headers,
  room: string | null,
): Promise<Grant | Refusal> {
  const token = bearerOf(headers);
  if (token === null)
    return refusal(
      401,
      "a token is needed: Authorization: Bearer TOKEN, or the subprotocol bearer.TOKEN",
      "",
    );
  const grant = await verify(token);
  if ("problem" in grant) return refusal(401, grant.problem, "invalid_token");
  if (room === null || opensRoom(grant, room)) return grant;
  return refusal(403, "the token does not open this room", "insufficient_scope");
}

/** `error` is one of the words of RFC 6750, 3.1. */
function refusal(status: 401 | 403, problem: string, error: string): Refusal {
  const challenge = error === "" ? CHALLENGE : `${CHALLENGE}, error="${error}"`;
  return { rule: "token", status, problem, headers: { "www-authenticate": challenge } };
}
