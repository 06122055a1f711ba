import type { Chance } from "../chance.ts";
import { exchange, judgeHttp } from "../exchange.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import { startUnderFire } from "../server.ts";
import type { Target } from "../target.ts";
import { PATHS } from "./paths.ts";

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
const PUBLIC = [...PATHS, "/app.js", "/style.css", "/favicon.svg", "/healthz", "/nowhere", "*"];
const ADMIN = ["/healthz", "/readyz", "/stats", "/metrics", "/", "/nowhere"];
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

/**
 * Requests to both ports of a server, several behind each other: an answer of HTTP or none, never a defect; and an answer
 * to each that is sound.
 */
export async function http(): Promise<Target> {
  const server = await startUnderFire();
  return {
    parallel: 64,
    async attempt(chance, note) {
      const isAdmin = chance.odds(0.3);
      const paths = isAdmin ? ADMIN : PUBLIC;
      const isSound = chance.odds(0.1);
      const bytes = isSound ? soundRequest(chance, paths) : hostileRequests(chance, paths);
      note({ isAdmin, bytes: bytes.toString("latin1") });
      const port = isAdmin ? server.adminPort : server.port;
      judgeHttp(await exchange(port, bytes, isSound), isSound);
    },
    check: server.check,
    close: server.close,
  };
}

function soundRequest(chance: Chance, paths: readonly string[]): Buffer {
  return Buffer.from(
    `${chance.pick(["GET", "HEAD", "POST"])} ${chance.pick(paths)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  );
}

function hostileRequests(chance: Chance, paths: readonly string[]): Buffer {
  const requests = Array.from({ length: 1 + chance.below(3) }, () => request(chance, paths));
  return mutateBytes(chance, Buffer.concat(requests));
}

function request(chance: Chance, paths: readonly string[]): Buffer {
  const path = mutateText(chance, chance.pick(paths));
  const headers = ["Host: a", ...chance.some(HEADERS, 5)].map((header) =>
    chance.odds(0.9) ? header : mutateText(chance, header),
  );
  const version = chance.odds(0.95)
    ? "HTTP/1.1"
    : chance.pick(["HTTP/1.0", "HTTP/2.0", "HTTP/9", "http/1.1", ""]);
  const line = `${chance.pick(METHODS)} ${path} ${version}`;
  return Buffer.from(`${[line, ...headers].join("\r\n")}\r\n\r\n${chance.pick(BODIES)}`);
}
