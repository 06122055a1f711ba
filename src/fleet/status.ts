import type { Figures, Move, ServerPhase } from "./policy/fleet-state.ts";

/** One server in `/servers`, `/stats` and on the dashboard. */
export interface ServerStatus {
  id: string;
  /** `ws://host:port`, where clients reach it. */
  url: string;
  kind: "child" | "remote";
  phase: ServerPhase;
  /** Milliseconds since the epoch. */
  started_at: number;
  connections: number;
  rooms: number;
  /** Means over the last 3 seconds. */
  writes_per_s: number;
  loop_lag_ms: number;
  memory_rss_bytes: number;
}

export interface RoomStatus {
  room: string;
  members: number;
  writes_per_s: number;
  /** Ids of the servers it lives on, the one with most members first. */
  servers: string[];
}

/** The answer of `GET /stats`, and the data of a `stats` event, once a second. */
export interface FleetStatus {
  /** Milliseconds since the epoch. */
  at: number;
  /** Whether this balancer decides; another one over the same Redis may. */
  decides: boolean;
  options: { min: number; max: number; spawn_at: number };
  servers: ServerStatus[];
  connections: number;
  rooms: number;
  writes_per_s: number;
  provisions_per_s: number;
  /** At most 50. */
  busiest_rooms: RoomStatus[];
}

/** What is decided, and what happens by itself. */
export const EVENT_TYPES = [
  "spawn",
  "redistribute",
  "retire",
  "drain",
  "joined",
  "left",
  "died",
  "elected",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The data of a `decision` event; `/events` begins with the last 200 of them. */
export interface DecisionEvent {
  /** Grows by one with each decision or happening; the id of the server-sent event. */
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  type: EventType;
  /** Id of the server it is about; `null` where it has none yet. */
  server: string | null;
  /** A sentence. */
  reason: string;
  figures: Figures;
  /** For `redistribute`. */
  moves?: readonly Move[];
}

/** One that has not happened yet. */
export type NewEvent = Omit<DecisionEvent, "number" | "at">;

/**
 * `GET /stats?series=1` adds the last 10 minutes, one value every 5 seconds: for each server and figure as many
 * values as `at` has, `null` where the server was not there.
 */
export interface FleetSeries {
  at: number[];
  servers: Record<string, Record<SeriesFigure, Array<number | null>>>;
}

export const SERIES_FIGURES = ["connections", "writes_per_s", "loop_lag_ms", "memory_rss_bytes"] as const;
export type SeriesFigure = (typeof SERIES_FIGURES)[number];
