import { RelayTraffic } from "../broker/relay/relay-host.ts";
import { zeroes } from "../lib/zeroes.ts";
import { type DecisionEvent, EVENT_TYPES } from "./status.ts";

/** What a balancer counts while it runs; read by `/metrics`. */
export class FleetCounters {
  /** By type: what was decided and what happened, here or at another balancer over the same Redis. */
  readonly events = zeroes(EVENT_TYPES);
  /** Clients that were asked to go on at another server, because theirs had too many. */
  movedClients = 0;
  /** Answers to `/servers/provision`, by HTTP status. */
  readonly provisions: Record<200 | 400 | 503, number> = { 200: 0, 400: 0, 503: 0 };
  /** What went through the log that the balancer holds for its servers. */
  readonly relay = new RelayTraffic();

  event({ type, moves = [] }: DecisionEvent): void {
    this.events[type]++;
    for (const { clients } of moves) this.movedClients += clients;
  }
}
