import type { RedisOptions } from "ioredis";

export interface HostAndPort {
  host: string;
  port: number;
}

/** Where a Redis is, as an option says it. */
export type RedisAddress = {
  /** Database, credentials and TLS, as ioredis takes them. */
  access: Pick<RedisOptions, "username" | "password" | "db" | "tls">;
  /** How the address is shown: without credentials. */
  shown: string;
  /** As it was given, credentials included: for the environment of a child, and nothing else. */
  given: string;
} & (
  | { kind: "single"; at: HostAndPort }
  /** `master` is the name under which the Sentinels know it. */
  | { kind: "sentinel"; sentinels: readonly HostAndPort[]; master: string }
  | { kind: "cluster"; nodes: readonly HostAndPort[] }
);

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** The forms that `parseRedisAddress` reads, to be shown to a person. */
export const REDIS_ADDRESS_FORMS =
  "redis://127.0.0.1:6379, rediss://user:password@host:6380/0 or " +
  "redis+sentinel://user:password@host1:26379,host2:26379/name-of-the-master/0";

/** The forms that `parseClusterAddress` reads, to be shown to a person. */
export const CLUSTER_ADDRESS_FORMS = "host1:6379,host2:6379 or rediss://user:password@host1:6379,host2:6379";

/**
 * Reads `redis://[user:password@]host[:port][/database]`, with `rediss` for TLS, or with `+sentinel` a list of
 * Sentinels and the master's name: `redis+sentinel://host1,host2/name[/database]`. `null` for anything else.
 */
export function parseRedisAddress(text: string): RedisAddress | null {
  const parts = split(text);
  if (parts === null) return null;
  const { scheme, hosts, path, access } = parts;
  const texts = { shown: hosts, given: text };
  if (scheme.endsWith("+sentinel")) {
    const [master = "", database = "", ...more] = path;
    const sentinels = parseHosts(hosts, SENTINEL_PORT);
    const db = parseDatabase(database);
    if (sentinels === null || db === null || master === "" || more.length > 0) return null;
    return { kind: "sentinel", sentinels, master: decode(master), access: { ...access, ...db }, ...texts };
  }
  const [database = "", ...more] = path;
  const [at, ...others] = parseHosts(hosts, REDIS_PORT) ?? [];
  const db = parseDatabase(database);
  if (at === undefined || others.length > 0 || db === null || more.length > 0) return null;
  return { kind: "single", at, access: { ...access, ...db }, ...texts };
}

/** Reads `host:port,host:port`, optionally as `redis://user:password@host:port,…`; `null` for anything else. */
export function parseClusterAddress(text: string): RedisAddress | null {
  const parts = split(text.includes("://") ? text : `redis://${text}`);
  if (parts === null || parts.scheme.includes("+") || parts.path.some((part) => part !== "")) return null;
  const nodes = parseHosts(parts.hosts, REDIS_PORT);
  return nodes && { kind: "cluster", nodes, access: parts.access, shown: parts.hosts, given: text };
}

/** A list of hosts is no URL to the platform, so the parts are told apart here. */
function split(text: string) {
  const match = /^(rediss?(?:\+sentinel)?):\/\/(?:([^@/]*)@)?([^@/?#]+)((?:\/[^/?#]*)*)$/.exec(text);
  if (match === null) return null;
  const [, scheme = "", credentials = "", hosts = "", path = ""] = match;
  const [username = "", password = ""] = credentials.split(/:(.*)/s).map(decode);
  return {
    scheme,
    hosts,
    path: path.split("/").slice(1),
    access: {
      ...(username !== "" && { username }),
      ...(password !== "" && { password }),
      ...(scheme.startsWith("rediss") && { tls: {} }),
    },
  };
}

function parseHosts(text: string, defaultPort: number): HostAndPort[] | null {
  const hosts: HostAndPort[] = [];
  for (const part of text.split(",")) {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(part);
    if (match === null) return null;
    const port = match[3] === undefined ? defaultPort : Number(match[3]);
    if (port < 1 || port > 65_535) return null;
    hosts.push({ host: match[1] ?? match[2]!, port });
  }
  return hosts;
}

function parseDatabase(text: string): { db?: number } | null {
  if (text === "") return {};
  return /^\d{1,5}$/.test(text) ? { db: Number(text) } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A password with a bare percent sign.
  }
}
