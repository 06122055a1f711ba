import type { Random } from "../lib/random.ts";

const BASE_MS = 250;
const CAP_MS = 15_000;

/**
 * How long to wait before reconnect number `attempt` (0 is the first), milliseconds: full jitter over an
 * exponential window, so that clients that lost one server do not meet again at the next
 * (AWS Architecture Blog, "Exponential Backoff And Jitter"). `spreadMs` is added jitter that the server asks for.
 */
export function reconnectDelay(attempt: number, random: Random, spreadMs = 0): number {
  const window = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  return random() * window + random() * spreadMs;
}
