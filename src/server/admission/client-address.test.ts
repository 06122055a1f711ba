import { expect, test } from "bun:test";
import { Networks, parseNetwork } from "../../lib/network.ts";
import { clientAddress } from "./client-address.ts";

const trusted = new Networks(["10.0.0.0/8", "::1"].map((text) => parseNetwork(text)!));

const cases: Array<[what: string, peer: string, forwardedFor: string | null, address: string]> = [
  ["nobody between", "192.0.2.1", null, "192.0.2.1"],
  ["a stranger who says to be another", "192.0.2.1", "198.51.100.7", "192.0.2.1"],
  ["one proxy", "10.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["two proxies", "10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"],
  ["a client that made up what comes first", "10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"],
  ["a client that made up a proxy of ours", "10.0.0.1", "10.0.0.9, 198.51.100.7", "198.51.100.7"],
  ["a proxy that asks for itself", "10.0.0.1", null, "10.0.0.1"],
  ["only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["a name instead of an address", "10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"],
  ["an empty header", "10.0.0.1", "", "10.0.0.1"],
  ["a port", "10.0.0.1", "198.51.100.7:4711", "198.51.100.7"],
  ["IPv6 with a port", "::1", "[2001:db8::7]:4711", "2001:db8::7"],
  ["IPv6", "::1", "2001:db8::7", "2001:db8::7"],
  ["IPv4 over IPv6", "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"],
];

test.each(cases)("%s", (_, peer, forwardedFor, address) => {
  expect(clientAddress(peer, forwardedFor, trusted)).toBe(address);
});

test("where no proxy is trusted, nobody is believed", () => {
  expect(clientAddress("10.0.0.1", "198.51.100.7", new Networks([]))).toBe("10.0.0.1");
});
