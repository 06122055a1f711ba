import type { Disturbances, RunEnd, RunMeta } from "./run-meta.ts";

/** When the fake run starts, in microseconds since the Unix epoch. */
export const START_US = 1_763_683_200_000_000;

/** A run of one room with two members. For tests. */
export const META: RunMeta = {
  version: 1,
  rooms: 1,
  room_size: 2,
  interval_ms: 1000,
  size: 256,
  dialect: "native",
  started_at: new Date(START_US / 1000).toISOString(),
  duration_ms: 60_000,
  warmup_ms: 0,
  seed: 1,
  url: "ws://127.0.0.1:8080",
  host: { cores: 2, cpu: "a processor", memory_bytes: 1024, os: "linux" },
};

/** Ten clients that lost their connections: nine came back. */
export const DISTURBANCES: Disturbances = {
  reconnects: 9,
  back_ms: { p50: 112, p99: 230.5, max: 241 },
  lost_clients: 1,
  redirects: 3,
  gaps: 0,
};

/** How it ended: one message, two deliveries, nothing wrong. */
export const END: RunEnd = {
  ended_at: "2025-11-21T00:01:00.000Z",
  sent: 1,
  expected: 2,
  received: 2,
  connect_errors: 0,
  disconnects: 0,
  interrupted: false,
  warnings: [],
};
