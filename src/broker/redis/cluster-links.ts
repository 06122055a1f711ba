import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import calculateSlot from "cluster-key-slot";
import { AbstractConnector, Cluster, Redis, type RedisOptions } from "ioredis";
import { PARTITIONS, tag } from "./keys.ts";
import {
  CONNECTION_OPTIONS,
  keepConnecting,
  type RedisLinks,
  type RedisNode,
  retryDelay,
  SUBSCRIBER_OPTIONS,
} from "./links.ts";

/** `host:port` of a node. */
type Address = string;

/** How often the cluster is asked which node holds what; a command that meets the wrong node asks, too. */
const REFRESH_MS = 2000;
const DISCONNECT_MS = 2000;

/**
 * A cluster, found through any of its `nodes`. Commands go where ioredis sends them. A partition's channels are
 * heard over a connection of their own, which asks at each connect who holds the partition by then: so a failover
 * is nothing but a lost connection.
 */
export function clusterLinks(
  nodes: ReadonlyArray<{ host: string; port: number }>,
  options: Pick<RedisOptions, "username" | "password" | "tls">,
): RedisLinks {
  const { retryStrategy: _, enableOfflineQueue, ...nodeOptions } = CONNECTION_OPTIONS;
  const commands = new Cluster([...nodes], {
    enableOfflineQueue,
    enableAutoPipelining: true,
    lazyConnect: true,
    clusterRetryStrategy: retryDelay,
    // What a node did not answer may have been stored.
    retryDelayOnFailover: 0,
    slotsRefreshInterval: REFRESH_MS,
    // Addresses are resolved by the nodes' own connections: TLS checks the certificate against the name.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: { ...nodeOptions, ...options },
  });
  const holder = (partition: number): Address | undefined =>
    commands.slots[calculateSlot(tag(partition))]?.[0];
  return {
    commands,
    isSharded: true,
    subscriber: (partition) =>
      keepConnecting(
        new Redis({
          ...SUBSCRIBER_OPTIONS,
          ...options,
          Connector: connectorTo(() => holder(partition), options.tls),
        }),
      ),
    nodes() {
      const masters = new Map(commands.nodes("master").map((node) => [addressOf(node), node]));
      const nodes = new Map<Address, RedisNode>();
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const address = holder(partition) ?? "";
        if (!nodes.has(address)) nodes.set(address, { connection: masters.get(address), partition });
      }
      return nodes;
    },
  };
}

function addressOf({ options }: Redis): Address {
  return `${options.host}:${options.port}`;
}

/** Connects to wherever `holder` says at that moment. */
function connectorTo(holder: () => Address | undefined, tls: RedisOptions["tls"]) {
  return class extends AbstractConnector {
    constructor() {
      super(DISCONNECT_MS);
    }

    override async connect() {
      const address = holder();
      if (address === undefined) throw new Error("no node of the cluster holds this partition");
      const colon = address.lastIndexOf(":");
      const where = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
      this.connecting = true;
      this.stream = tls === undefined ? createConnection(where) : connectTls({ ...where, ...tls });
      this.stream.once("error", (error) => {
        this.firstError = error;
      });
      return this.stream;
    }
  };
}
