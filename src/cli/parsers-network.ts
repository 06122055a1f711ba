import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import { type Network, parseNetwork } from "../lib/network.ts";
import type { Parser } from "./parsers.ts";

/** Addresses that begin alike, `10.0.0.0/8`, or a single one. */
export const network: Parser<Network> = (text) => {
  const found = parseNetwork(text);
  if (found !== null) return found;
  throw new InvalidArgumentError("Not a network: try 10.0.0.0/8, 2001:db8::/32 or a single address.");
};

/** Where a port is opened: an address of this machine, or a name of one. */
export const listenAddress: Parser<string> = (text) => {
  // What has only digits is no name: the system would read 1.2.3 as 1.2.0.3.
  const isName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text) && !/^[\d.]+$/.test(text);
  if (isIP(text) !== 0 || isName) return text;
  throw new InvalidArgumentError("Not an address of this machine: try 0.0.0.0, 127.0.0.1, :: or localhost.");
};

/** Where a page comes from, `https://chat.example.org`, or one of a few words. */
export function origin(words: readonly string[]): Parser<string> {
  return (text) => {
    if (words.includes(text)) return text;
    const url = URL.canParse(text) ? new URL(text) : null;
    const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === "";
    if (isWeb && url.pathname === "/" && url.search === "" && url.hash === "") return url.origin;
    throw new InvalidArgumentError(`Not an origin: try https://chat.example.org, or ${words.join(", ")}.`);
  };
}
