import { errorResponse, json, refuseMethod, requestUrl } from "../lib/http/answers.ts";

/** What the admin port tells about a server. */
export interface AdminView {
  /** `null` when the server takes clients; else why it does not. */
  notReady(): string | null;
  stats(): object;
}

/** The admin port's answers: liveness, readiness, figures. */
export function adminRoute(request: Request, view: AdminView): Response {
  const url = requestUrl(request);
  if (url === null) return errorResponse(400, "the Host header is not an address");
  const refused = refuseMethod(request);
  if (refused !== null) return refused;
  switch (url.pathname) {
    case "/healthz":
      return json({ status: "ok" });
    case "/readyz": {
      const reason = view.notReady();
      return reason === null ? json({ ready: true }) : json({ ready: false, reason }, 503);
    }
    case "/stats":
      return json(view.stats());
    default:
      return errorResponse(404, "there is nothing here; try /healthz, /readyz, /stats or /metrics");
  }
}
