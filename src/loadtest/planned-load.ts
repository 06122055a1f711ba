import { formatCount } from "../lib/format.ts";
import type { PlannedLoad } from "../results/threshold-sense.ts";
import type { LoadOptions } from "./options.ts";

/** What a test with these options is going to send, after its warm-up. */
export function plannedLoad({ rooms, roomSize, interval, duration, warmup }: LoadOptions): PlannedLoad {
  const sendingMs = duration - warmup;
  return {
    messages: Math.floor((rooms * roomSize * sendingMs) / interval),
    members: roomSize,
    sendingMs,
    intervalMs: interval,
  };
}

/** Messages and deliveries per second that these options ask for. */
export function describeRates(options: LoadOptions): string {
  const { messages, members, sendingMs } = plannedLoad(options);
  const sends = (messages * 1000) / sendingMs;
  return `${formatCount(sends)} messages/s in, ${formatCount(sends * members)} deliveries/s out`;
}
