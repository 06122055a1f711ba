import { errorResponse, refuseMethod, requestUrl } from "../http/answers.ts";
import type { Metrics } from "./metrics.ts";

/** Answers a request for `/metrics`; `null` when it is for something else. */
export function metricsRoute(request: Request, metrics: Metrics): Promise<Response> | Response | null {
  const url = requestUrl(request);
  if (url === null) return errorResponse(400, "the Host header is not an address");
  if (url.pathname !== "/metrics") return null;
  return refuseMethod(request) ?? answer(metrics);
}

async function answer(metrics: Metrics): Promise<Response> {
  return new Response(await metrics.text(), {
    headers: { "content-type": metrics.contentType, "cache-control": "no-store" },
  });
}
