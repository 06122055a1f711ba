import type { LoadOptions } from "./options.ts";

/** For tests: a small load on a server that is not there. */
export const OPTIONS: LoadOptions = {
  url: "ws://127.0.0.1:8080",
  rooms: 3,
  roomSize: 4,
  interval: 1000,
  size: 64,
  duration: 5000,
  warmup: 0,
  ramp: 1200,
  connectTimeout: 10_000,
  settle: 1000,
  dialect: "native",
  seed: 1,
};
