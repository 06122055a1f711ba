import type { Chatter } from "../chatter/chatter.ts";
import type { TestRoom } from "../crowd/room.ts";
import type { Author } from "./author.ts";
import type { Flight } from "./tally.ts";

/** A message of this test that came. */
export interface Heard {
  author: Author;
  sequence: number;
  /** Left out when everyone who was to get it has long had it. */
  flight: Flight | undefined;
}

/**
 * What a message is to a client: owed to it, and so counted; besides, said while it was no member; or foreign, from another
 * room.
 */
export type Standing = "owed" | "besides" | "foreign";

/** `startedUs`: when sending started, microseconds since the epoch. */
export function standingOf({ author, flight }: Heard, receiver: Chatter, startedUs: number): Standing {
  if (author.room !== receiver.room) return "foreign";
  const isOwed = flight === undefined ? !receiver.isVisitor(startedUs) : receiver.isOwed(flight.sentUs);
  return isOwed ? "owed" : "besides";
}

/** Messages of one room whose times are known: who was a member from the first to the last of them is owed them all. */
export class Span {
  private constructor(
    private readonly room: TestRoom,
    private readonly earliestUs: number,
    private readonly latestUs: number,
  ) {}

  /** `null` where these are not such messages. */
  static of(heard: readonly Heard[]): Span | null {
    const room = heard[0]?.author.room;
    if (room === undefined) return null;
    let [earliestUs, latestUs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { author, flight } of heard) {
      if (author.room !== room || flight === undefined) return null;
      earliestUs = Math.min(earliestUs, flight.sentUs);
      latestUs = Math.max(latestUs, flight.sentUs);
    }
    return new Span(room, earliestUs, latestUs);
  }

  isOwedTo(receiver: Chatter): boolean {
    return receiver.room === this.room && receiver.isOwed(this.earliestUs) && receiver.isOwed(this.latestUs);
  }
}
