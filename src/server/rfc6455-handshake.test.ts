import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serve, type TestServer, until } from "./test-client.ts";
import { RawClient } from "./test-raw-client.ts";

// RFC 6455, section 4.2: what a server asks of a handshake, and what it answers.

let server: TestServer;
beforeAll(() => {
  server = serve();
});
afterAll(() => server.stop());

const HEADERS: Record<string, string | null> = {
  Host: "chat.example",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Version": "13",
  // The example of section 1.3.
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** The head of the answer to a handshake with some of its headers changed, or left out with `null`. */
async function answerTo(changed: typeof HEADERS, request = "GET /ws/r HTTP/1.1"): Promise<string> {
  const client = await RawClient.connect(server.port);
  const headers = Object.entries({ ...HEADERS, ...changed }).filter(([, value]) => value !== null);
  client.write(`${[request, ...headers.map(([name, value]) => `${name}: ${value}`)].join("\r\n")}\r\n\r\n`);
  await until(() => client.text.includes("\r\n\r\n"), "the answer");
  client.terminate();
  return client.text.split("\r\n\r\n")[0]!;
}

describe("a handshake", () => {
  test("is answered by what its key comes to", async () => {
    const answer = await answerTo({});
    expect(answer).toStartWith("HTTP/1.1 101 ");
    expect(answer).toContain("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  });

  test.each<[string, typeof HEADERS]>([
    ["names in other letters", { Upgrade: "WebSocket", Connection: "UPGRADE" }],
    ["a connection that is also kept alive", { Connection: "keep-alive, Upgrade" }],
    ["an origin, as browsers send it", { Origin: "http://chat.example" }],
    ["headers that mean nothing here", { "X-Anything": "at all", Cookie: "a=b" }],
  ])("with %s is one", async (_, changed) => {
    expect(await answerTo(changed)).toStartWith("HTTP/1.1 101 ");
  });

  test("that offers an extension is agreed to without it", async () => {
    const answer = await answerTo({
      "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    });
    expect(answer).toStartWith("HTTP/1.1 101 ");
    expect(answer.toLowerCase()).not.toContain("sec-websocket-extensions");
  });

  test.each([null, "8", "14", "x"])("of version %s is told the right one", async (version) => {
    const answer = await answerTo({ "Sec-WebSocket-Version": version });
    expect(answer).toStartWith("HTTP/1.1 426 ");
    expect(answer).toContain("\r\nSec-WebSocket-Version: 13");
  });

  test.each<[string, number, typeof HEADERS]>([
    ["no key", 400, { "Sec-WebSocket-Key": null }],
    ["an empty key", 400, { "Sec-WebSocket-Key": "" }],
    ["a key of fewer bytes", 400, { "Sec-WebSocket-Key": btoa("short") }],
    ["a key of more bytes", 400, { "Sec-WebSocket-Key": btoa("x".repeat(17)) }],
    ["no Host", 400, { Host: null }],
    ["no word of upgrading", 426, { Upgrade: null }],
    ["a connection that is not to be upgraded", 426, { Connection: "keep-alive" }],
    ["no Connection", 426, { Connection: null }],
  ])("with %s is HTTP %d", async (_, status, changed) => {
    expect(await answerTo(changed)).toStartWith(`HTTP/1.1 ${status} `);
  });

  test.each(["POST", "HEAD", "PUT"])("by %s is none", async (method) => {
    expect(await answerTo({}, `${method} /ws/r HTTP/1.1`)).toStartWith("HTTP/1.1 400 ");
  });

  test("of HTTP/1.0 is one here: it asks for nothing that this server does not know", async () => {
    expect(await answerTo({}, "GET /ws/r HTTP/1.0")).toStartWith("HTTP/1.1 101 ");
  });
});
