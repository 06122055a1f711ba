import { expect, test } from "bun:test";
import { exposure } from "./exposure.ts";

test.each([
  ["ws://a.example", "ws://b.example"],
  ["ws://a.example", "wss://b.example"],
  ["http://a.example", "ws://b.example"],
  ["wss://a.example", "wss://b.example"],
  ["https://a.example", "wss://b.example"],
])("from %s a token may go to %s", (from, to) => {
  expect(exposure(from, to)).toBeNull();
});

test.each(["wss://a.example", "https://a.example", "WSS://a.example"])(
  "from %s it goes to no unencrypted server",
  (from) => {
    expect(exposure(from, "ws://b.example:8080/")).toBe(
      "b.example:8080 is not encrypted (ws://), and this client's token goes only where it stays so (wss://)",
    );
  },
);
