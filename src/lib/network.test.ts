import { describe, expect, test } from "bun:test";
import { Networks, parseNetwork, plainAddress, subscriberOf } from "./network.ts";

describe("a network", () => {
  test.each([
    ["10.0.0.0/8", { address: "10.0.0.0", prefix: 8 }],
    ["127.0.0.1", { address: "127.0.0.1", prefix: 32 }],
    ["2001:db8::/32", { address: "2001:db8::", prefix: 32 }],
    ["::1", { address: "::1", prefix: 128 }],
    ["0.0.0.0/0", { address: "0.0.0.0", prefix: 0 }],
  ])("%p", (text, network) => expect(parseNetwork(text)).toEqual(network));

  test.each(["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "host/8"])(
    "%p is none",
    (text) => expect(parseNetwork(text)).toBeNull(),
  );
});

test("an address is in one of several networks, or in none", () => {
  const networks = new Networks(
    ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"].map((text) => parseNetwork(text)!),
  );
  for (const address of ["10.255.0.1", "192.0.2.7", "2001:db8:1::5"]) {
    expect([address, networks.includes(address)]).toEqual([address, true]);
  }
  for (const address of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::1", "unknown", ""]) {
    expect([address, networks.includes(address)]).toEqual([address, false]);
  }
  expect(new Networks([]).includes("10.0.0.1")).toBe(false);
});

test("an IPv4 address in IPv6 clothes is an IPv4 address", () => {
  expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("2001:db8::1")).toBe("2001:db8::1");
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"],
  ["2001:DB8:0000:7::4", "2001:db8:0:7::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("the subscriber of %p is %p", (address, subscriber) => expect(subscriberOf(address)).toBe(subscriber));
