import { expect, test } from "bun:test";
import { listenAddress, network, origin } from "./parsers-network.ts";

test("a network", () => {
  expect(network("10.0.0.0/8")).toEqual({ address: "10.0.0.0", prefix: 8 });
  for (const text of ["10.0.0.0/33", "proxy", ""]) expect(() => network(text)).toThrow("try 10.0.0.0/8");
});

test.each(["0.0.0.0", "127.0.0.1", "::", "fe80::1", "localhost", "chat-1.example.org"])(
  "listens at %s",
  (text) => expect(listenAddress(text)).toBe(text),
);

test.each(["", " ", "1.2.3.4.5", "1.2.3", "256.0.0.1", "[::1]", "10.0.0.1:80", "http://a"])(
  "%p is no address to listen at",
  (text) => expect(() => listenAddress(text)).toThrow("try 0.0.0.0"),
);

test("an origin is written as a browser does", () => {
  const read = origin(["same-origin", "*"]);
  expect(["*", "HTTPS://Chat.example.org:443/", "http://[::1]:8080"].map(read)).toEqual([
    "*",
    "https://chat.example.org",
    "http://[::1]:8080",
  ]);
});

test.each(["", "chat.example.org", "ws://a", "https://a/chat", "https://u@a", "https://a/?b", "any", "null"])(
  "%p is no origin",
  (text) =>
    expect(() => origin(["same-origin", "*"])(text)).toThrow("try https://chat.example.org, or same-"),
);
