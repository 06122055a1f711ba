import { expect, test } from "bun:test";
import { isOriginAllowed } from "./origin.ts";

const cases: Array<[allowed: string, origin: string | null, host: string, isAllowed: boolean]> = [
  ["same-origin", null, "chat.example.org", true],
  ["same-origin", "http://chat.example.org:8080", "chat.example.org:8080", true],
  ["same-origin", "http://chat.example.org:8081", "chat.example.org:8080", false],
  ["same-origin", "https://chat.example.org", "chat.example.org", true],
  ["same-origin", "https://chat.example.org", "chat.example.org:443", true],
  ["same-origin", "https://chat.example.org", "CHAT.example.org", true],
  ["same-origin", "https://evil.example.net", "chat.example.org", false],
  ["same-origin", "https://chat.example.org.evil.example.net", "chat.example.org", false],
  ["same-origin", "http://[::1]:8080", "[::1]:8080", true],
  ["same-origin", "null", "chat.example.org", false],
  ["same-origin", "", "chat.example.org", false],
  ["same-origin", "http://a", "", false],
  ["same-host", "http://127.0.0.1:4001", "127.0.0.1:4002", true],
  ["same-host", "http://localhost:4001", "127.0.0.1:4002", false],
  ["https://a.example https://b.example", "https://b.example", "chat.example.org", true],
  ["https://a.example", "https://a.example:8443", "chat.example.org", false],
  ["https://a.example", "http://a.example", "chat.example.org", false],
  ["https://a.example", "https://chat.example.org", "chat.example.org", false],
  ["https://a.example same-origin", "https://chat.example.org", "chat.example.org", true],
  ["*", "null", "chat.example.org", true],
];

test.each(cases)("%s: a page of %p at %p: %p", (allowed, origin, host, isAllowed) => {
  expect(isOriginAllowed(allowed.split(" "), origin, host)).toBe(isAllowed);
});
