/** Where a server stands between its start and its end. */
export type ServerPhase =
  /** Takes clients. */
  | "ready"
  /** Runs, but says that it cannot take clients: its broker is away, say. */
  | "unready"
  /** Gets nobody any more; its clients may leave by themselves for a while. */
  | "retiring"
  /** Sends its clients away and ends. */
  | "draining";

/** What a server measured over one second. */
export interface LoadSample {
  /** End of that second, milliseconds since the epoch. */
  at: number;
  /** Frames times the sockets they were written to, a second. */
  writesPerSecond: number;
  /** Mean delay of the event loop, milliseconds. */
  lagMs: number;
  connections: number;
}

/** A room's part of one server. */
export interface RoomLoad {
  /** Clients of the room on this server. */
  members: number;
  /** Those that can be asked to go elsewhere: a plain client has no words for it. */
  movable: number;
  /** 0 where the server did not count it among its busiest. */
  writesPerSecond: number;
}

/** One server as the policy sees it. */
export interface ServerState {
  id: string;
  /** `ws://host:port`, where clients reach it. */
  url: string;
  /** A child was spawned by a balancer, by whichever of several; a remote server joined by itself over Redis. */
  kind: "child" | "remote";
  phase: ServerPhase;
  /** It is unready because it has told nothing for a while: it hangs, or is cut off. */
  isSilent: boolean;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** One a second, oldest first; at least the last 10 seconds, at most the last minute. */
  samples: readonly LoadSample[];
  rooms: ReadonlyMap<string, RoomLoad>;
}

/** The servers in no particular order. */
export type FleetState = readonly ServerState[];

/** What balancers can add to a fleet. */
export interface Capacity {
  /** Servers that are starting. */
  starting: number;
  /** How many more could be started. */
  room: number;
}

/**
 * What the balancer has the fleet do, and why. Clients and the log see the reason as it stands here. A server that is
 * retired is `retiring` at once, so that nobody is sent there; it sends on who is still there after `patienceMs`, and
 * ends as soon as nobody is.
 */
export type Decision =
  | { type: "spawn"; because: string | null; reason: string; figures: Figures }
  | { type: "redistribute"; server: string; moves: readonly Move[]; reason: string; figures: Figures }
  | { type: "retire"; server: string; patienceMs: number; reason: string; figures: Figures };

/** The numbers that a decision rests on, by name; rates a second, times in milliseconds. */
export type Figures = Readonly<Record<string, number>>;

/** Some clients of one room go from the server of the decision to the server `to`. */
export interface Move {
  room: string;
  clients: number;
  /** The target's id. */
  to: string;
}

/** A decision and when it was taken, milliseconds since the epoch. */
export interface PastDecision {
  at: number;
  decision: Decision;
}
