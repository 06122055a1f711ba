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

/** What a server tells the balancer once a second. */
export interface ServerReport {
  /** Milliseconds since the epoch. */
  at: number;
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

/** Clients of one room that are to go on at another server. */
export interface RoomMove {
  room: string;
  clients: number;
  /** `ws://host:port`. */
  url: string;
}

/** What the balancer has a server do. */
export type FleetOrder =
  | { type: "move"; reason: string; moves: RoomMove[] }
  /** Sends everyone away and ends; who is in no room that is named goes to `other`. */
  | { type: "drain"; reason: string; moves: RoomMove[]; other: string | null }
  /** The next report shall be whole. */
  | { type: "report" };
