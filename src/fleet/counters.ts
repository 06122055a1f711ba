import { RelayTraffic } from "../broker/relay/relay-host.ts";
import type { DecisionEvent } from "./status.ts";

/** What a balancer counts while it runs; read by `/metrics`. */
export class FleetCounters {
  /** By type: what was decided and what happened, here or at another balancer over the same Redis. */
  readonly events: Record<DecisionEvent["type"], number> = {
    ...{ spawn: 0, redistribute: 0, retire: 0, drain: 0 },
    ...{ joined: 0, left: 0, died: 0, elected: 0 },
  };
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
