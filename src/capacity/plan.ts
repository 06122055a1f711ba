import { memoryNeeded } from "../lib/host/connection-checks.ts";
import { type Load, loadOf, type Talk } from "./load.ts";
import { redisCallsPerSecond } from "./redis.ts";
import { type Capacity, type Servers, serversFor } from "./servers.ts";

export interface Demand extends Talk {
  /** Bytes on the wire: of a message to the server, its answer, and its delivery to one member. */
  wire: { message: number; ack: number; delivery: number };
  /** Bytes that a server may keep of its rooms' history in memory. */
  history: number;
  /** Share of each server that stays free. */
  headroom: number;
}

export interface Plan {
  load: Load;
  /** Bytes a second, of all servers together. */
  bandwidth: { in: number; out: number };
  capacity: Capacity;
  headroom: number;
  servers: Servers;
  /** Of each of the servers that are needed: bytes a second out, and bytes of memory, its history's included. */
  each: { connections: number; writesPerSecond: number; bandwidthOut: number; memory: number };
  redisCallsPerSecond: number;
}

/** What the demand takes. */
export function plan(demand: Demand, capacity: Capacity): Plan {
  const { wire, headroom, history } = demand;
  const load = loadOf(demand);
  const servers = serversFor(demand, capacity, headroom);
  const connections = Math.ceil(load.users / servers.needed);
  const bandwidth = {
    in: load.messagesPerSecond * wire.message,
    out: load.writesPerSecond * wire.delivery + load.messagesPerSecond * wire.ack,
  };
  return {
    load,
    bandwidth,
    capacity,
    headroom,
    servers,
    each: {
      connections,
      writesPerSecond: load.writesPerSecond / servers.needed,
      bandwidthOut: bandwidth.out / servers.needed,
      memory: memoryNeeded({ connections, role: "server", processes: 1, targets: 1 }) + history,
    },
    redisCallsPerSecond: redisCallsPerSecond(demand),
  };
}
