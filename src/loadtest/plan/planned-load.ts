import { formatCount } from "../../lib/format.ts";
import type { PlannedLoad } from "../../results/threshold-sense.ts";
import { type LoadOptions, ratesOf } from "../options.ts";

/** What a test with these options is going to send, after its warm-up. */
export function plannedLoad(options: LoadOptions): PlannedLoad {
  const { duration, warmup, interval } = options;
  const { sends, deliveries } = ratesOf(options);
  const sendingMs = duration - warmup;
  return {
    messages: Math.floor((sends * sendingMs) / 1000),
    members: sends === 0 ? 0 : deliveries / sends,
    sendingMs,
    intervalMs: interval.max,
  };
}

/** Messages and deliveries per second that these options ask for. */
export function describeRates(options: LoadOptions): string {
  const { messages, members, sendingMs } = plannedLoad(options);
  const sends = (messages * 1000) / sendingMs;
  return `${formatCount(sends)} messages/s in, ${formatCount(sends * members)} deliveries/s out`;
}
