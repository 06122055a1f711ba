import type { Broker } from "../../broker/broker.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Metrics } from "../../lib/metrics/metrics.ts";
import type { Counters } from "../counters.ts";
import type { Rooms } from "../rooms.ts";

export interface BrokerMetricsParts {
  broker: Broker;
  counters: Counters;
  rooms: Rooms;
  clock: Clock;
}

/** How the log is, and how it looks from this server. */
export function brokerMetrics(
  metrics: Metrics,
  { broker, counters, rooms, clock }: BrokerMetricsParts,
): void {
  metrics.gauge(
    "scale_chat_broker_up",
    "1 while messages can be stored and heard, else 0.",
    () => ({ [broker.figures.kind]: broker.problem === null ? 1 : 0 }),
    "kind",
  );
  metrics.gauge(
    "scale_chat_broker_link_up",
    "1 for each connection to the log that is there, 0 for each that is not.",
    () => broker.figures.links,
    "link",
  );
  metrics.gauge(
    "scale_chat_broker_round_trip_seconds",
    "What the last look at Redis took; 0 where there is none.",
    () => (broker.figures.roundTripMs ?? 0) / 1000,
  );
  metrics.counter(
    "scale_chat_broker_corrupt_reads_total",
    "Times that a room's log could not be read because of what somebody else has put into it.",
    () => broker.figures.corruptReads,
  );
  metrics.counter("scale_chat_broker_batches_total", "Batches stored.", () => broker.figures.batches);
  metrics.counter("scale_chat_broker_batched_total", "Publications in them.", () => broker.figures.batched);
  metrics.histogram(
    "scale_chat_broker_publish_seconds",
    "Time from the receipt of a message until the log has stored it.",
    counters.publishing,
  );
  metrics.gauge(
    "scale_chat_broker_waiting_messages",
    "Messages that the log has not answered.",
    () => counters.published - counters.answered,
  );
  metrics.gauge(
    "scale_chat_broker_lag_seconds",
    "Age of the oldest message of a client here that has not come back from the log; 0 when all have.",
    () => oldestAge(rooms, clock.now()),
  );
  metrics.counter(
    "scale_chat_duplicates_total",
    "Messages that had been stored before, and were recognised.",
    () => counters.duplicates,
  );
}

function oldestAge(rooms: Rooms, now: number): number {
  let oldest = now;
  for (const { own } of rooms) oldest = Math.min(oldest, own.oldest ?? now);
  return (now - oldest) / 1000;
}
