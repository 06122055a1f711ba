import type { Broker } from "../../broker/broker.ts";
import type { Clock } from "../../lib/clock.ts";
import type { LoopDelay } from "../../lib/loop-delay.ts";
import { Metrics } from "../../lib/metrics/metrics.ts";
import { processMetrics } from "../../lib/metrics/process-metrics.ts";
import { type RenewalFigures, renewalMetrics } from "../../lib/metrics/renewal-metrics.ts";
import { closeCodes } from "../../protocol/close-codes.ts";
import type { Counters } from "../counters.ts";
import type { Rooms } from "../rooms.ts";
import { brokerMetrics } from "./broker-metrics.ts";

export interface ServerMetricsParts {
  version: string;
  counters: Counters;
  rooms: Rooms;
  broker: Broker;
  loopDelay: LoopDelay;
  clock: Clock;
  /** `null` when the server takes clients. */
  problem: () => string | null;
  renewals: RenewalFigures;
}

/** What `/metrics` of a server tells; docs/operations.md explains each. No label has a value that a client chooses. */
export function serverMetrics(parts: ServerMetricsParts): Metrics {
  const { counters, rooms, problem } = parts;
  const metrics = new Metrics();
  metrics.counter(
    "scale_chat_messages_total",
    "Chat messages by where they came from or went to; the distributor is the log that servers share.",
    () => ({
      incoming_from_client: counters.messagesIn,
      outgoing_from_client: counters.ownDeliveries,
      outgoing_to_distributor: counters.published,
      incoming_from_distributor: counters.heard,
      outgoing_from_distributor: counters.deliveries - counters.ownDeliveries,
    }),
    "type",
  );
  metrics.histogram(
    "scale_chat_timing_processing",
    "Seconds from the receipt of a client's message to its last send by the same server.",
    counters.processing,
  );
  metrics.gauge("scale_chat_ready", "1 while clients are taken, else 0.", () => (problem() === null ? 1 : 0));
  clientMetrics(metrics, counters, rooms);
  trafficMetrics(metrics, counters);
  brokerMetrics(metrics, parts);
  renewalMetrics(metrics, parts.renewals);
  processMetrics(metrics, parts.version, parts.loopDelay);
  return metrics;
}

function clientMetrics(metrics: Metrics, counters: Counters, rooms: Rooms): void {
  metrics.gauge("scale_chat_connections", "Open connections.", () => counters.connections);
  metrics.gauge("scale_chat_rooms", "Rooms that somebody here is in.", () => rooms.count);
  metrics.counter("scale_chat_accepted_total", "Connections taken.", () => counters.accepted, "dialect");
  metrics.counter(
    "scale_chat_refused_total",
    "Handshakes answered with an error, by the rule that they broke.",
    () => counters.refused,
    "rule",
  );
  metrics.counter("scale_chat_joins_total", "Clients let into rooms.", () => counters.joins);
  metrics.counter(
    "scale_chat_closed_total",
    "Connections that ended, by close code; those of clients' own are `other`.",
    () => counters.closed,
    "code",
  );
  metrics.counter(
    "scale_chat_backpressure_closes_total",
    "Connections closed because their clients did not read.",
    () => counters.closed[closeCodes.slowReader.code]! + counters.cut,
  );
  metrics.counter(
    "scale_chat_resumes_total",
    "Clients that came back: `recovered` with nothing missed, `gap` where the log no longer had all.",
    () => counters.resumed,
    "outcome",
  );
  metrics.counter(
    "scale_chat_errors_total",
    "What was refused or failed, by the code that clients are told.",
    // Named from the start: nobody sees the first of a series that appears with it.
    () => counters.errors,
    "kind",
  );
}

function trafficMetrics(metrics: Metrics, counters: Counters): void {
  metrics.counter(
    "scale_chat_socket_writes_total",
    "Frames times the sockets they went to: `room` carries messages to its members, `direct` is for one client.",
    () => ({ room: counters.socketWrites, direct: counters.directWrites }),
    "to",
  );
  metrics.counter("scale_chat_bytes_total", "Bytes of frames' texts.", () => counters.bytes, "direction");
  metrics.histogram(
    "scale_chat_batch_messages",
    "Messages that came from the log at once, for one room.",
    counters.batchSizes,
  );
}
