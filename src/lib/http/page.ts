import type { PageFiles } from "./page-bundle.ts";

/**
 * Nothing but what this server sends: no inline script or style, no frame around the page. `connections` is what the
 * page may connect to besides its own server.
 */
function contentSecurityPolicy(connections: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${connections}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

interface Asset {
  body: string;
  headers: Record<string, string>;
}

/**
 * Answers for a page's files by path: `null` where there is none, 304 when the browser has the file already.
 * `ifNoneMatch` is the request's header.
 */
export type PageAssets = (pathname: string, ifNoneMatch: string | null) => Response | null;

export function pageAssets(files: PageFiles, connections = "ws: wss:"): PageAssets {
  const policy = contentSecurityPolicy(connections);
  const asset = (body: string, type: string) => assetOf(body, type, policy);
  const assets: ReadonlyMap<string, Asset> = new Map([
    ["/", asset(files.html, "text/html; charset=utf-8")],
    ["/app.js", asset(files.script, "text/javascript; charset=utf-8")],
    ["/style.css", asset(files.css, "text/css; charset=utf-8")],
    ["/favicon.svg", asset(files.icon, "image/svg+xml")],
  ]);
  return (pathname, ifNoneMatch) => {
    const found = assets.get(pathname);
    if (found === undefined) return null;
    const { body, headers } = found;
    if (matches(ifNoneMatch, headers.etag!)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers });
  };
}

function assetOf(body: string, type: string, policy: string): Asset {
  const headers = {
    "content-type": type,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    // Kept, but asked for each time: a new release must not meet an old script.
    "cache-control": "no-cache",
    etag: `"${Bun.hash(body).toString(36)}"`,
  };
  return { body, headers };
}

/** Compares as RFC 9110, 13.1.2 says: a list, `*`, and weak tags count as equal. */
function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
