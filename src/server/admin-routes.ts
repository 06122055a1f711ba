import { errorResponse, json, probe, refuseMethod, routed } from "../lib/http/answers.ts";

/** What the admin port tells about a server. */
export interface AdminView {
  /** Why the server takes no clients, or `null`. */
  problem(): string | null;
  stats(): object;
}

/** The admin port's answers: liveness, readiness, figures. */
export function adminRoute(request: Request, view: AdminView): Response {
  return routed(request, ({ pathname }) => refuseMethod(request) ?? read(pathname, view));
}

function read(pathname: string, view: AdminView): Response {
  if (pathname === "/stats") return json(view.stats());
  const missing = "there is nothing here; try /healthz, /readyz, /stats or /metrics";
  return probe(pathname, () => view.problem()) ?? errorResponse(404, missing);
}
