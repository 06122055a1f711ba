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

/** Only GET and HEAD are spoken; `null` when the method is one of them. */
export function refuseMethod(request: Request): Response | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  return errorResponse(405, "only GET is allowed here", { allow: "GET, HEAD" });
}
