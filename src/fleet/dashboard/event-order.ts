import type { DecisionEvent } from "../status.ts";

/** So many events are kept. */
export const MAX_EVENTS = 500;

/**
 * Which events are on the page, newest first. The stream begins with the last 200 each time it begins, so most
 * come again; a balancer that was started anew counts from 1 again, so the number alone is not enough.
 */
export class EventOrder {
  private readonly order: Array<Pick<DecisionEvent, "number" | "at">> = [];

  /** The place of a new event, 0 for the newest; `null` when it is here already, or too old to be kept. */
  place(event: Pick<DecisionEvent, "number" | "at">): number | null {
    let place = 0;
    while (place < this.order.length && isNewer(this.order[place]!, event)) place++;
    const there = this.order[place];
    if (there?.number === event.number && there.at === event.at) return null;
    if (place >= MAX_EVENTS) return null;
    this.order.splice(place, 0, { number: event.number, at: event.at });
    this.order.length = Math.min(this.order.length, MAX_EVENTS);
    return place;
  }
}

function isNewer(one: Pick<DecisionEvent, "number" | "at">, other: typeof one): boolean {
  return one.at !== other.at ? one.at > other.at : one.number > other.number;
}
