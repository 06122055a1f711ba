import { refuseMethod, routed } from "../http/answers.ts";
import type { Metrics } from "./metrics.ts";

/** Answers a request for `/metrics`; `null` when it is for something else. */
export function metricsRoute(request: Request, metrics: Metrics): Promise<Response> | Response | null {
  return routed(request, ({ pathname }) =>
    pathname === "/metrics" ? (refuseMethod(request) ?? answer(metrics)) : null,
  );
}

async function answer(metrics: Metrics): Promise<Response> {
  return metricsResponse(await metrics.text());
}

/** Figures in Prometheus' text format. */
export function metricsResponse(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
  });
}
