import type { Chance } from "./chance.ts";
import { mutateBytes, mutateText } from "./mutate.ts";

const METHODS = [
  "GET",
  "GET",
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "OPTIONS",
  "DELETE",
  "TRACE",
  "CONNECT",
  "PRI",
  "get",
];
const HEADERS = [
  ...[
    "Host: 127.0.0.1",
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "Accept: */*",
  ],
  ...[
    'If-None-Match: W/"x", *',
    "Authorization: Bearer a.b.c",
    "Range: bytes=0-5",
    "Cookie: a=b",
    "Connection: close",
  ],
  ...[
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Origin: http://evil.example",
  ],
  ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: scale-chat.v1", "X: \x00\xff"],
];
const BODIES = ["", "", "abc", "3\r\nabc\r\n0\r\n\r\n", "fffffffffffffffff\r\n"];

/** A request without a fault. */
export function soundRequest(chance: Chance, paths: readonly string[]): Buffer {
  return Buffer.from(
    `${chance.pick(["GET", "HEAD", "POST"])} ${chance.pick(paths)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  );
}

/** One to three behind each other, with faults in any of their parts; `headers` may be among theirs. */
export function hostileRequests(
  chance: Chance,
  paths: readonly string[],
  headers: readonly string[] = [],
): Buffer {
  const known = [...HEADERS, ...headers];
  const requests = Array.from({ length: 1 + chance.below(3) }, () => request(chance, paths, known));
  return mutateBytes(chance, Buffer.concat(requests));
}

function request(chance: Chance, paths: readonly string[], known: readonly string[]): Buffer {
  const path = mutateText(chance, chance.pick(paths));
  const headers = ["Host: a", ...chance.some(known, 5)].map((header) =>
    chance.odds(0.9) ? header : mutateText(chance, header),
  );
  const version = chance.odds(0.95)
    ? "HTTP/1.1"
    : chance.pick(["HTTP/1.0", "HTTP/2.0", "HTTP/9", "http/1.1", ""]);
  const line = `${chance.pick(METHODS)} ${path} ${version}`;
  return Buffer.from(`${[line, ...headers].join("\r\n")}\r\n\r\n${chance.pick(BODIES)}`);
}
