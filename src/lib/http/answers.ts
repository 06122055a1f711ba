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
