import { exactly } from "../lib/range.ts";
import type { LoadOptions } from "./options.ts";

/** For tests: a small load on a server that is not there. */
export const OPTIONS: LoadOptions = {
  urls: ["ws://127.0.0.1:8080"],
  addresses: 1,
  spread: "clients",
  rooms: 3,
  roomSize: 4,
  roomsDist: { kind: "uniform" },
  interval: exactly(1000),
  arrivals: "fixed",
  size: exactly(64),
  idle: false,
  churn: 0,
  slow: 0,
  duration: 5000,
  warmup: 0,
  ramp: 1200,
  connectTimeout: 10_000,
  settle: 1000,
  dialect: "native",
  seed: 1,
  sample: 1,
  processes: 1,
};
