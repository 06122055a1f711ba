import { errorResponse, json, refuseMethod } from "../lib/http/answers.ts";
import { pageAssets } from "../lib/http/page.ts";
import { bundlePage } from "../lib/http/page-bundle.ts" with { type: "macro" };
import { parseChatPath } from "../protocol/handshake.ts";
import type { Refusal } from "./admission/refusal.ts";

/** A fleet's servers, to which a client is sent, and its balancer, which it asks for one, are on any host. */
const chatPage = pageAssets(bundlePage("server/web"), "ws: wss: http: https:");

/** Pages of other hosts may ask why they could not connect: nobody learns more by it than by trying. */
export const FOR_EVERYONE = { "access-control-allow-origin": "*" };

/**
 * What the public port answers to a request that is not a WebSocket handshake. `full` says why a room has no place now. A
 * browser does not tell a page why a WebSocket could not be opened: the same address, asked without the upgrade, does.
 */
export function publicRoute(
  request: Request,
  url: URL,
  full: (room: string | null) => Refusal | null,
): Response {
  const refused = refuseMethod(request);
  if (refused !== null) return refused;
  if (url.pathname === "/healthz") return json({ status: "ok" });
  const asset = chatPage(url.pathname, request.headers.get("if-none-match"));
  if (asset !== null) return asset;

  const path = parseChatPath(url.pathname);
  if ("problem" in path) return errorResponse(path.status, path.problem);
  const refusal = full(path.room);
  if (refusal !== null) return refusalToAsker(refusal);
  return errorResponse(426, "this is a chat room: connect to it with a WebSocket", {
    upgrade: "websocket",
    connection: "upgrade",
  });
}

/** Why a WebSocket would not be opened at this address. */
export function refusalToAsker({ status, problem, headers }: Refusal): Response {
  return errorResponse(status, problem, { ...FOR_EVERYONE, ...headers });
}
