/** `host:port`, with brackets around an IPv6 address, as URLs have it (RFC 3986, 3.2.2). */
export function formatAddress(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Is this the URL of a WebSocket server? */
export function isSocketUrl(text: string): boolean {
  return URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol);
}

/**
 * The URL of a server as a client can use it that reached a server of ours as `host` (a Host header): one that listens
 * on all addresses of its machine is where that client is already.
 */
export function reachedAs(url: string, host: string | null): string {
  const address = new URL(url);
  if (address.hostname !== "0.0.0.0" && address.hostname !== "[::]") return url;
  const base = `http://${host ?? ""}`;
  address.hostname = URL.canParse(base) ? new URL(base).hostname : reachableHost(address.hostname);
  return address.href.replace(/\/$/, "");
}

/** An address that a client on this machine can use for a server that listens on `host`. */
export function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
