import { isIP } from "node:net";
import { type Networks, plainAddress } from "../../lib/network.ts";

/**
 * Whose handshake it is: the nearest address that is not one of our own proxies'. `peer` is the other end of the
 * connection, `forwardedFor` the `X-Forwarded-For` header, to which each proxy adds whom it speaks for: it is read from its
 * end, and only as far as it was written by those that are trusted. Everything before that may be a lie.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: Networks): string {
  let address = plainAddress(peer);
  const hops = forwardedFor?.split(",") ?? [];
  while (hops.length > 0 && trusted.includes(address)) {
    const hop = addressOf(hops.pop()!.trim());
    // What a proxy of ours wrote and we cannot read is no reason to believe what stands before it.
    if (hop === null) return address;
    address = hop;
  }
  return address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function addressOf(hop: string): string | null {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) === 0 ? null : plainAddress(bare);
}
