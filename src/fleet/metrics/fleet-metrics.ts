import type { Clock } from "../../lib/clock.ts";
import type { LoopDelay } from "../../lib/loop-delay.ts";
import { Metrics } from "../../lib/metrics/metrics.ts";
import { processMetrics } from "../../lib/metrics/process-metrics.ts";
import { type RenewalFigures, renewalMetrics } from "../../lib/metrics/renewal-metrics.ts";
import type { FleetCounters } from "../counters.ts";
import type { Fleet } from "../fleet.ts";
import type { PolicyOptions } from "../policy/options.ts";
import type { ServerStatus } from "../status.ts";
import { serverStatuses, total } from "../summary.ts";

export interface FleetMetricsParts {
  version: string;
  fleet: Fleet;
  policy: PolicyOptions;
  loopDelay: LoopDelay;
  clock: Clock;
  renewals: RenewalFigures;
}

/** What `/metrics` of a balancer tells. Servers tell of themselves; no label here has a server's name or a room's. */
export function fleetMetrics(parts: FleetMetricsParts): Metrics {
  const metrics = new Metrics();
  serverMetrics(metrics, parts);
  decisionMetrics(metrics, parts.fleet);
  renewalMetrics(metrics, parts.renewals);
  processMetrics(metrics, parts.version, parts.loopDelay);
  return metrics;
}

function serverMetrics(metrics: Metrics, { fleet, policy, clock }: FleetMetricsParts): void {
  const servers = () => serverStatuses(fleet.registry, clock.now());
  const gauge = metrics.gauge.bind(metrics);
  gauge("scale_chat_fleet_ready", "1 while some server takes clients, else 0.", () =>
    fleet.problem === null ? 1 : 0,
  );
  gauge(
    "scale_chat_fleet_servers",
    "Servers by phase.",
    () => ({ ...phases(servers()), starting: fleet.capacity.starting }),
    "phase",
  );
  gauge(
    "scale_chat_fleet_servers_possible",
    "Servers that could still be started.",
    () => fleet.capacity.room,
  );
  gauge("scale_chat_fleet_connections", "Clients on all servers.", () => total(servers(), "connections"));
  gauge("scale_chat_fleet_rooms", "Rooms on all servers.", () => fleet.registry.rooms.size);
  gauge("scale_chat_fleet_writes_per_second", "Socket writes of all servers.", () =>
    total(servers(), "writes_per_s"),
  );
  gauge(
    "scale_chat_fleet_server_writes_limit",
    "Socket writes a second that fill one server (--spawn-at).",
    () => policy.spawnAt,
  );
  gauge("scale_chat_fleet_worst_load", "Share of that limit which the busiest server has.", () =>
    Math.max(0, ...servers().map(({ writes_per_s }) => writes_per_s / policy.spawnAt)),
  );
}

function phases(servers: readonly ServerStatus[]): Record<ServerStatus["phase"], number> {
  const count = { ready: 0, unready: 0, retiring: 0, draining: 0 };
  for (const { phase } of servers) count[phase]++;
  return count;
}

function decisionMetrics(metrics: Metrics, fleet: Fleet): void {
  const counters: FleetCounters = fleet.counters;
  metrics.gauge("scale_chat_fleet_decides", "1 while this balancer decides for all.", () =>
    fleet.decides ? 1 : 0,
  );
  metrics.counter(
    "scale_chat_fleet_events_total",
    "Decisions (spawn, redistribute, retire, drain) and happenings (joined, left, died, elected).",
    () => counters.events,
    "type",
  );
  metrics.counter(
    "scale_chat_fleet_moved_clients_total",
    "Clients asked to go on at another server.",
    () => counters.movedClients,
  );
  metrics.counter(
    "scale_chat_provisions_total",
    "Answers to /servers/provision, by HTTP status.",
    () => counters.provisions,
    "status",
  );
  metrics.counter(
    "scale_chat_relay_messages_total",
    "Messages that the balancer's log took from its servers, and those it told them, once to each server of a room.",
    () => ({ incoming: counters.relay.incoming, outgoing: counters.relay.outgoing }),
    "direction",
  );
}
