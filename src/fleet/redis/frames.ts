import type { FleetOrder, Introduction, ServerReport } from "../../protocol/fleet.ts";
import type { Capacity } from "../policy/fleet-state.ts";
import type { NewEvent } from "../status.ts";

/** A server that has told nothing for this long, and whose lease is over, is gone. Renewed each second. */
export const SERVER_LEASE_MS = 3000;
export const serverLease = (id: string) => `server:${id}`;

/** A balancer that has told nothing for this long is gone. */
export const BALANCER_SILENCE_MS = 4000;

/** The balancer that decides for all. Renewed each second. */
export const DECIDER_LEASE = "decider";
export const DECIDER_LEASE_MS = 4000;

/** What everyone in the fleet hears. */
export const REPORTS_TOPIC = "reports";
export const EVENTS_TOPIC = "events";
/** A balancer is new: every server reports whole. */
export const HELLO_TOPIC = "hello";
/** What one server, or one balancer, is told to do. */
export const ordersTopic = (id: string) => `orders:${id}`;

/** On the topic of reports, from a server. `sequence` grows by one: what is missed is asked for again. */
export type ReportFrame =
  | { type: "report"; from: Introduction; sequence: number; report: ServerReport }
  | { type: "gone"; id: string }
  /** From a balancer: how many servers it is starting, and how many more it could. */
  | ({ type: "balancer"; id: string } & Capacity);

export type OrderFrame = FleetOrder | { type: "spawn"; reason: string; figures: Record<string, number> };

export interface EventFrame {
  from: string;
  event: NewEvent;
}
