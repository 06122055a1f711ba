import type { Talk } from "./load.ts";

/**
 * A room has one script call on its way at a time, and what is said meanwhile goes with the next one. So long one took in
 * docs/benchmarks.md, where it makes the calls of all three loads come out within 15 %.
 */
const CALL_MS = 2.4;

/** Script calls a second that servers over one Redis make: at most one a message, and fewer where a room is hot. */
export function redisCallsPerSecond({ sizes, interval }: Talk): number {
  return sizes.reduce((sum, size) => {
    const messages = (size * 1000) / interval;
    return sum + messages / (1 + (messages * CALL_MS) / 1000);
  }, 0);
}
