/** Part of the fleet's names in Redis: servers and balancers that would misunderstand each other do not meet. */
export const FLEET_VERSION = 1;

/** A server of the fleet as it presents itself. */
export interface Introduction {
  id: string;
  /** `ws://host:port`; a host of `0.0.0.0` means: wherever the client reached this fleet. */
  url: string;
  /** `host:port` of its admin port. */
  adminAddress: string;
  /** A child was started by a balancer, by whichever of several; a remote server joined by itself over Redis. */
  kind: "child" | "remote";
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** What a server tells the balancer about one of its rooms. */
export interface RoomReport {
  room: string;
  /** 0: nobody is left. */
  members: number;
  /** Those that can be asked to go elsewhere. */
  movable: number;
  /** Socket writes within the second; 0 where it is not among the server's busiest rooms. */
  writes: number;
}

/** What a server measured since it was last asked, once a second. */
export interface LoadReport {
  /** Socket writes a second, since the last report. */
  writesPerSecond: number;
  /** Mean delay of the event loop since the last report, milliseconds. */
  lagMs: number;
  connections: number;
  memoryBytes: number;
  /** Why it takes no clients, or `null`. */
  problem: string | null;
  /** Whether `rooms` has every room, not only those that changed since the last report. */
  isWhole: boolean;
  rooms: RoomReport[];
}

/** What a server tells its balancers once a second. */
export interface ServerReport extends LoadReport {
  /** When it is to send its last clients away, milliseconds since the epoch; `null` while it stays. */
  emptiesAt: number | null;
}

/** Clients of one room that are to go on at another server. */
export interface RoomMove {
  room: string;
  clients: number;
  /** `ws://host:port`. */
  url: string;
}

/** What the balancer has a server do. */
export type FleetOrder =
  | { type: "redistribute"; reason: string; moves: RoomMove[] }
  /** It gets nobody any more, and tells so in its reports; `null` takes that back. */
  | { type: "retire"; emptiesAt: number | null }
  /** Sends everyone away and ends; who is in no room that is named goes to `other`. */
  | { type: "drain"; reason: string; moves: RoomMove[]; other: string | null }
  /** The next report shall be whole. */
  | { type: "report" };
