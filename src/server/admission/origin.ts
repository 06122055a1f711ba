/**
 * Whether a page of `origin` (the header of the same name) may connect to this server, which the browser reached as `host` (its
 * Host header). `allowed` has origins, such as `https://chat.example.org`, and words: `same-origin` is this
 * server itself, `same-host` any port of its host, as a fleet on one machine needs it, `*` is everywhere. What sends no Origin is no browser:
 * nobody's page can use it.
 */
export function isOriginAllowed(allowed: readonly string[], origin: string | null, host: string): boolean {
  if (origin === null || allowed.includes("*")) return true;
  // `null`: a page without an origin, such as a file or a sandboxed frame.
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (allowed.includes(page.origin)) return true;
  // Behind a proxy the scheme of a page is not this server's; read under the same one, its own port needs no writing.
  const address = `${page.protocol}//${host}`;
  if (!URL.canParse(address)) return false;
  const server = new URL(address);
  if (allowed.includes("same-host")) return page.hostname === server.hostname;
  return allowed.includes("same-origin") && page.host === server.host;
}
