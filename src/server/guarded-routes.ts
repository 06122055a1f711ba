import type { Authenticator } from "../protocol/grant.ts";
import { parseChatPath } from "../protocol/handshake.ts";
import { checkToken } from "./admission/guard.ts";
import type { Refusal } from "./admission/refusal.ts";
import { FOR_EVERYONE, publicRoute, refusalToAsker } from "./public-routes.ts";

/** The public port's answers where clients need a token. */
export async function guardedRoute(
  request: Request,
  url: URL,
  full: (room: string | null) => Refusal | null,
  authenticator: Authenticator,
): Promise<Response> {
  const path = parseChatPath(url.pathname);
  if ("problem" in path) return publicRoute(request, url, full);
  if (request.method === "OPTIONS") return preflight();
  const refusal = full(null);
  if (refusal !== null) return refusalToAsker(refusal);
  const grant = await checkToken(authenticator, request.headers, path.room);
  if (!("problem" in grant)) return publicRoute(request, url, full);
  return refusalToAsker(grant);
}

/** A browser asks this before it sends a token to another host. */
function preflight(): Response {
  const headers = { ...FOR_EVERYONE, "access-control-allow-headers": "authorization" };
  return new Response(null, { status: 204, headers });
}
