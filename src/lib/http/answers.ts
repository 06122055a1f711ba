/** A JSON answer; errors have `{"error": sentence}`. */
export function json(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status,
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff", ...headers },
  });
}

export function errorResponse(status: number, problem: string, headers?: Record<string, string>): Response {
  return json({ error: problem }, status, headers);
}

/** The answer of `route`, which gets the address of the request; 400 where its Host header makes none. */
export function routed<Answer>(request: Request, route: (url: URL) => Answer): Answer | Response {
  const url = requestUrl(request);
  return url === null ? errorResponse(400, NO_ADDRESS) : route(url);
}

/** What whoever watches a process asks for: does it live, and is it ready? `null` for every other path. */
export function probe(pathname: string, problem: () => string | null): Response | null {
  if (pathname === "/healthz") return json({ status: "ok" });
  if (pathname !== "/readyz") return null;
  const reason = problem();
  return reason === null ? json({ ready: true }) : json({ ready: false, reason }, 503);
}

/** Of a request whose Host header makes no address. */
export const NO_ADDRESS = "the Host header is not an address";

/**
 * The address of a request, or `null` when its Host header makes none. A health probe of HTTP/1.0 has no such
 * header at all, and only its path matters.
 */
export function requestUrl(request: Request): URL | null {
  const text = request.url.startsWith("/") ? `http://localhost${request.url}` : request.url;
  return URL.canParse(text) ? new URL(text) : null;
}

/** Only GET and HEAD are spoken; `null` when the method is one of them. */
export function refuseMethod(request: Request): Response | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  return errorResponse(405, "only GET is allowed here", { allow: "GET, HEAD" });
}
