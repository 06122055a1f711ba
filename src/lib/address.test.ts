import { expect, test } from "bun:test";
import { formatAddress, reachableHost } from "./address.ts";

test("an address as it stands in a URL", () => {
  expect(formatAddress("127.0.0.1", 80)).toBe("127.0.0.1:80");
  expect(formatAddress("chat.example.org", 80)).toBe("chat.example.org:80");
  expect(formatAddress("::1", 80)).toBe("[::1]:80");
});

test("where a server that listens everywhere can be reached", () => {
  expect(["0.0.0.0", "::", "10.0.0.7"].map(reachableHost)).toEqual(["127.0.0.1", "::1", "10.0.0.7"]);
});
