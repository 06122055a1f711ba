import type { Clock } from "../../lib/clock.ts";
import { Networks, subscriberOf } from "../../lib/network.ts";
import type { Rooms } from "../rooms.ts";
import { clientAddress } from "./client-address.ts";
import type { AdmissionOptions } from "./limits.ts";
import { isOriginAllowed } from "./origin.ts";
import { notNow, type Refusal } from "./refusal.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Places become free as people leave: asking more often than this would only cost. Seconds. */
const FULL_RETRY_S = 5;

/** Who comes in, as far as it does not depend on who they are: their page, and how many are there already. */
export class Gate {
  private readonly proxies: Networks;
  private readonly handshakes: TokenBucket | null;
  private readonly connectionsOf = new Map<string, number>();
  private connections = 0;

  constructor(
    private readonly options: AdmissionOptions,
    private readonly rooms: Pick<Rooms, "count" | "occupancy">,
    private readonly clock: Clock,
  ) {
    const { trustedProxies, handshakesPerSecond: perSecond } = options;
    this.proxies = new Networks(trustedProxies);
    this.handshakes = perSecond === 0 ? null : new TokenBucket(perSecond, perSecond);
  }

  /** Whose handshake it is; `peer` is the other end of its connection. */
  addressOf(peer: string, headers: Headers): string {
    return clientAddress(peer, headers.get("x-forwarded-for"), this.proxies);
  }

  /** Why this handshake is not looked at, or `null`: before its token, which takes the most work, is. */
  knock(headers: Headers): Refusal | null {
    const { origins, handshakesPerSecond } = this.options;
    if (this.handshakes?.take(1, this.clock.now()) === false) {
      return notNow(
        "handshakes_per_second",
        `too many at once: ${handshakesPerSecond} handshakes a second`,
        1,
      );
    }
    if (isOriginAllowed(origins, headers.get("origin"), headers.get("host") ?? "")) return null;
    const problem = "pages of this origin may not connect here; --origin of the server says which may";
    return { rule: "origin", status: 403, problem };
  }

  /** Why there is no place for a client of this address, or `null`. Asked right before it comes in. */
  full(address: string, room: string | null): Refusal | null {
    const { maxConnections, maxConnectionsPerIp } = this.options;
    if (maxConnections > 0 && this.connections >= maxConnections) {
      return notNow("max_connections", `this server is full: ${maxConnections} connections`, FULL_RETRY_S);
    }
    if (maxConnectionsPerIp > 0 && this.connectionsFrom(address) >= maxConnectionsPerIp) {
      const problem = `too many connections from your address: ${maxConnectionsPerIp} are allowed`;
      return notNow("max_connections_per_ip", problem, FULL_RETRY_S);
    }
    return room === null ? null : this.fullRoom(room);
  }

  /** Why there is no place in this room, or `null`. */
  fullRoom(room: string): Refusal | null {
    const { maxRooms, maxRoomSize } = this.options;
    const members = this.rooms.occupancy(room);
    if (maxRooms > 0 && members === 0 && this.rooms.count >= maxRooms) {
      return notNow("max_rooms", `no further room: this server has ${maxRooms}`, FULL_RETRY_S);
    }
    if (maxRoomSize > 0 && members >= maxRoomSize) {
      return notNow("max_room_size", `this room is full: ${maxRoomSize} members`, FULL_RETRY_S);
    }
    return null;
  }

  /** Somebody of this address is in. */
  enter(address: string): void {
    this.connections++;
    if (this.options.maxConnectionsPerIp === 0) return;
    this.connectionsOf.set(subscriberOf(address), this.connectionsFrom(address) + 1);
  }

  /** And has left. */
  leave(address: string): void {
    this.connections--;
    if (this.options.maxConnectionsPerIp === 0) return;
    const left = this.connectionsFrom(address) - 1;
    if (left > 0) this.connectionsOf.set(subscriberOf(address), left);
    else this.connectionsOf.delete(subscriberOf(address));
  }

  private connectionsFrom(address: string): number {
    return this.connectionsOf.get(subscriberOf(address)) ?? 0;
  }
}
