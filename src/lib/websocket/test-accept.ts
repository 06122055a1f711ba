// For tests: the server's side of the opening handshake (RFC 6455, 4.2.2).

/** What a server answers to the key of this request; `null` where there is none. */
export function acceptOf(request: Buffer | string): string | null {
  const key = /Sec-WebSocket-Key: (\S+)/.exec(request.toString())?.[1];
  if (key === undefined) return null;
  return new Bun.CryptoHasher("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}
