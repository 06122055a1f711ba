import type { Network } from "../../lib/network.ts";
import type { PaceLimits } from "./pace.ts";

/** Who comes in, and how many. Limits are of one server; 0 is none. */
export interface AdmissionOptions extends PaceLimits {
  /** Pages that browsers may connect from: origins and words, as `isOriginAllowed` reads them. */
  origins: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly Network[];
  maxConnections: number;
  /** From one address; from one /64 of IPv6. */
  maxConnectionsPerIp: number;
  handshakesPerSecond: number;
  maxRooms: number;
  /** Members of one room at this server. */
  maxRoomSize: number;
}

/** Everybody, as far as the machine goes. */
export const NO_LIMITS: AdmissionOptions = {
  origins: ["same-origin"],
  trustedProxies: [],
  maxConnections: 0,
  maxConnectionsPerIp: 0,
  handshakesPerSecond: 0,
  maxRooms: 0,
  maxRoomSize: 0,
  messagesPerSecond: 0,
  bytesPerSecond: 0,
};
