/**
 * How a token travels: in the `Authorization` header or, where a client cannot set headers, as one more name in the
 * list of subprotocols. Never in the URL, which ends up in logs and histories.
 */

/** In front of the token among the subprotocols. */
const PREFIX = "bearer.";

/** The name that carries a token in a list of subprotocols. */
export function bearerSubprotocol(token: string): string {
  return PREFIX + token;
}

/** A `Sec-WebSocket-Protocol` header taken apart: what the client offers to speak, and the token beside it. */
export function readSubprotocols(header: string | null): { offered: string[]; token: string | null } {
  const names = header === null ? [] : header.split(",").map((name) => name.trim());
  const offered = names.filter((name) => !name.startsWith(PREFIX));
  const bearer = names.find((name) => name.startsWith(PREFIX));
  return { offered, token: bearer === undefined ? null : bearer.slice(PREFIX.length) };
}

/** The token of a request, or `null`. What the `Authorization` header says comes first. */
export function bearerOf(headers: Headers): string | null {
  const authorization = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "");
  return authorization?.[1] ?? readSubprotocols(headers.get("sec-websocket-protocol")).token;
}

/** Has this the form of a token, three parts in base64url (RFC 7515, 7.1)? Nothing else can be sent. */
export function isToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
