import { errorResponse } from "../lib/http/answers.ts";
import type { Authenticator } from "../protocol/grant.ts";
import { parseChatPath } from "../protocol/handshake.ts";
import { checkToken } from "./guard.ts";
import { publicRoute } from "./public-routes.ts";

/** Pages of other hosts may ask, too: they have to have the token to begin with, and the answer holds nothing else. */
const FOR_EVERYONE = { "access-control-allow-origin": "*" };

/**
 * The public port's answers where clients need a token. A browser does not tell a page why a WebSocket could not be
 * opened: the same address, asked without the upgrade, does.
 */
export async function guardedRoute(
  request: Request,
  url: URL,
  authenticator: Authenticator,
): Promise<Response> {
  const path = parseChatPath(url.pathname);
  if ("problem" in path) return publicRoute(request, url);
  if (request.method === "OPTIONS") return preflight();
  const grant = await checkToken(authenticator, request.headers, path.room);
  if (!("problem" in grant)) return publicRoute(request, url);
  return errorResponse(grant.status, grant.problem, { ...FOR_EVERYONE, ...grant.headers });
}

/** A browser asks this before it sends a token to another host. */
function preflight(): Response {
  const headers = { ...FOR_EVERYONE, "access-control-allow-headers": "authorization" };
  return new Response(null, { status: 204, headers });
}
