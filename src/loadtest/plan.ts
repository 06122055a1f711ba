import { type Random, seededRandom } from "../lib/random.ts";
import type { LoadOptions } from "./options.ts";

/** A client that is to be: who it is, when it connects, and when in each interval it sends. */
export interface ClientPlan {
  /** `{run}.{room}.{member}`: unique, short, and readable in a CSV. */
  id: string;
  room: number;
  /** Milliseconds after the start of the ramp. */
  connectAt: number;
  /** Milliseconds into each interval. */
  phase: number;
}

/**
 * All clients of a run. Members connect spread evenly over the ramp, room by room in turn; phases are random, so
 * that the load is even and no two runs beat in step with the server's own timers.
 */
export function planClients(options: LoadOptions, runId: string): ClientPlan[] {
  const random: Random = seededRandom(options.seed);
  const total = options.rooms * options.roomSize;
  const clients: ClientPlan[] = [];
  for (let member = 0; member < options.roomSize; member++) {
    for (let room = 0; room < options.rooms; room++) {
      clients.push({
        id: `${runId}.${room}.${member}`,
        room,
        connectAt: (clients.length * options.ramp) / total,
        phase: random() * options.interval,
      });
    }
  }
  return clients;
}

/** The name of a run's room on the server. */
export function roomName(runId: string, room: number): string {
  return `load-${runId}-${room}`;
}
