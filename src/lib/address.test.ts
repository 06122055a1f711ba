import { expect, test } from "bun:test";
import { formatAddress, isSocketUrl, reachableHost, reachedAs } from "./address.ts";

test("an address as it stands in a URL", () => {
  expect(formatAddress("127.0.0.1", 80)).toBe("127.0.0.1:80");
  expect(formatAddress("chat.example.org", 80)).toBe("chat.example.org:80");
  expect(formatAddress("::1", 80)).toBe("[::1]:80");
});

test("where a server that listens everywhere can be reached", () => {
  expect(["0.0.0.0", "::", "10.0.0.7"].map(reachableHost)).toEqual(["127.0.0.1", "::1", "10.0.0.7"]);
});

test.each([
  ["ws://10.0.0.7:4001", "chat.test:3000", "ws://10.0.0.7:4001"],
  ["ws://0.0.0.0:4001", "chat.test:3000", "ws://chat.test:4001"],
  ["ws://0.0.0.0:4001", "[::1]:3000", "ws://[::1]:4001"],
  ["ws://[::]:4001", "10.0.0.7", "ws://10.0.0.7:4001"],
  ["ws://0.0.0.0:4001", null, "ws://127.0.0.1:4001"],
  ["ws://0.0.0.0:4001", "no host", "ws://127.0.0.1:4001"],
])("%s, reached as %p, is %s", (url, host, expected) => {
  expect(reachedAs(url, host)).toBe(expected);
});

test("the URL of a WebSocket server has its scheme", () => {
  for (const url of ["ws://h:1", "wss://h/a"]) expect(isSocketUrl(url)).toBe(true);
  for (const other of ["http://h", "h:1", "", "ws://"]) expect(isSocketUrl(other)).toBe(false);
});
