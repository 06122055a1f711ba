import { errorResponse, json, refuseMethod } from "../lib/http/answers.ts";
import { pageAssets } from "../lib/http/page.ts";
import { bundlePage } from "../lib/http/page-bundle.ts" with { type: "macro" };
import { parseChatPath } from "../protocol/handshake.ts";

/** A fleet's servers, to which a client is sent, and its balancer, which it asks for one, are on any host. */
const chatPage = pageAssets(bundlePage("server/web"), "ws: wss: http: https:");

/** What the public port answers to a request that is not a WebSocket handshake. */
export function publicRoute(request: Request, url: URL): Response {
  const refused = refuseMethod(request);
  if (refused !== null) return refused;
  if (url.pathname === "/healthz") return json({ status: "ok" });
  const asset = chatPage(url.pathname, request.headers.get("if-none-match"));
  if (asset !== null) return asset;

  const path = parseChatPath(url.pathname);
  if ("problem" in path) return errorResponse(path.status, path.problem);
  return errorResponse(426, "this is a chat room: connect to it with a WebSocket", {
    upgrade: "websocket",
    connection: "upgrade",
  });
}
