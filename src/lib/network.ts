import { BlockList, isIP } from "node:net";

/** Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or a single one. */
export interface Network {
  address: string;
  /** How many of its first bits count. */
  prefix: number;
}

/** Reads `address/prefix` or an address alone; `null` when it is neither. */
export function parseNetwork(text: string): Network | null {
  const [address = "", bits, ...more] = text.split("/");
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 && !address.includes("%") ? 128 : -1;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  return most > 0 && prefix >= 0 && prefix <= most && more.length === 0 ? { address, prefix } : null;
}

export function formatNetwork({ address, prefix }: Network): string {
  return `${address}/${prefix}`;
}

/** Several networks, to look an address up in. */
export class Networks {
  private readonly list = new BlockList();

  constructor(networks: readonly Network[]) {
    for (const { address, prefix } of networks) this.list.addSubnet(address, prefix, familyOf(address));
  }

  includes(address: string): boolean {
    return isIP(address) > 0 && this.list.check(address, familyOf(address));
  }
}

/** An address as it is written in one way only: an IPv4 address that came in over IPv6 is an IPv4 address. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}

/** The first 64 bits of an IPv6 address, which one subscriber has to itself (RFC 6177); an IPv4 address as it is. */
export function subscriberOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [front = "", back] = address.toLowerCase().split("%")[0]!.split("::");
  const head = groups(front);
  const tail = back === undefined ? [] : groups(back);
  const zeros =
    back === undefined ? [] : new Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0");
  const first = [...head, ...zeros, ...tail].slice(0, 4);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** An IPv4 address at the end takes two groups; which, does not matter for the first four. */
function groups(text: string): string[] {
  return text === "" ? [] : text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
