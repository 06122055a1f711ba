import type { Chatter } from "../chatter/chatter.ts";
import type { Author } from "./author.ts";

export interface EarlyArrival {
  receiver: Chatter;
  /** Microseconds since the epoch. */
  atUs: number;
}

/** Messages of other processes that came before those had told that they were said: the chat may be the faster way. */
export class EarlyArrivals {
  private readonly byAuthor = new Map<Author, Map<number, EarlyArrival[]>>();

  /** Deliveries that wait. */
  get count(): number {
    let count = 0;
    for (const messages of this.byAuthor.values()) {
      for (const arrivals of messages.values()) count += arrivals.length;
    }
    return count;
  }

  add(author: Author, sequence: number, arrival: EarlyArrival): void {
    const messages = this.byAuthor.get(author) ?? new Map<number, EarlyArrival[]>();
    this.byAuthor.set(author, messages);
    const others = messages.get(sequence);
    if (others === undefined) messages.set(sequence, [arrival]);
    else others.push(arrival);
  }

  /** Those of one message, which are forgotten here. */
  take(author: Author, sequence: number): EarlyArrival[] {
    const messages = this.byAuthor.get(author);
    const arrivals = messages?.get(sequence) ?? [];
    messages?.delete(sequence);
    if (messages?.size === 0) this.byAuthor.delete(author);
    return arrivals;
  }
}
