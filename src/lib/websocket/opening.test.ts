import { expect, test } from "bun:test";
import { Opening } from "./opening.ts";
import { acceptOf } from "./test-accept.ts";

const ACCEPTED = { Upgrade: "websocket", Connection: "keep-alive, Upgrade" };

/** What `fields` lead to when they answer an opening that offers `a` and `b`. */
function problemOf(fields: Record<string, string>, status = "101 Switching Protocols"): string | null {
  const opening = new Opening(new URL("ws://h/ws/r"), ["a", "b"]);
  const all = { "Sec-WebSocket-Accept": acceptOf(opening.request), ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return opening.read(Buffer.from([`HTTP/1.1 ${status}`, ...lines, "\r\n"].join("\r\n")))!.problem;
}

test("a server opens it by agreeing to what was asked for, and to nothing else", () => {
  expect(problemOf(ACCEPTED)).toBeNull();
  expect(
    problemOf({ UPGRADE: "WebSocket", connection: "upgrade", "sec-websocket-protocol": "b" }),
  ).toBeNull();
  const other = "agreed to something else than WebSockets";
  expect(problemOf({ Connection: "Upgrade" })).toBe(other);
  expect(problemOf({ ...ACCEPTED, Upgrade: "h2c" })).toBe(other);
  expect(problemOf({ Upgrade: "websocket" })).toBe(other);
  expect(problemOf({ ...ACCEPTED, Connection: "keep-alive" })).toBe(other);
  expect(problemOf({ ...ACCEPTED, "Sec-WebSocket-Accept": "x" })).toBe("the key was not understood");
  expect(problemOf({ ...ACCEPTED, "Sec-WebSocket-Protocol": "c" })).toBe("agreed to what was not offered");
  expect(problemOf({}, "503 Service Unavailable")).toBe("refused with HTTP 503");
});

test("the answer may come in parts, and what follows it is handed on", () => {
  const opening = new Opening(new URL("ws://h/"), []);
  expect(opening.read(Buffer.from("HTTP/1.1 503 Service "))).toBeNull();
  expect(opening.read(Buffer.from("Unavailable\r\n\r"))).toBeNull();
  const { problem, rest } = opening.read(Buffer.from("\nmore"))!;
  expect([problem, rest.toString()]).toEqual(["refused with HTTP 503", "more"]);
});
