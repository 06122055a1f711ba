import type { ReceivedMessage } from "../../protocol/dialect.ts";
import { receivedRow } from "../../results/csv.ts";
import type { Chatter } from "../chatter/chatter.ts";
import type { TestRoom } from "../crowd/room.ts";
import type { Author } from "./author.ts";
import type { Authors } from "./authors.ts";
import { Receipts } from "./receipts.ts";
import type { Flight, Tally } from "./tally.ts";

export interface ArrivalsOptions {
  authors: Authors;
  tally: Tally;
  /** Where rows go, if anywhere. */
  rows: { add(row: string): void } | null;
  /** One message in so many is written down. */
  sample: number;
}

/** A message that came. */
interface Heard {
  /** `null`: it is none that this test has said. */
  author: Author | null;
  sequence: number;
  /** Left out when everyone who was to get it has it. */
  flight: Flight | undefined;
}

/**
 * What came, until it is in the books. A frame of a room comes to each of its clients, and in a hot room it holds a
 * hundred messages: to look each of them up for each of the clients would measure this process instead of the server.
 * So for each frame it is only noted who got it and when, and what that means is found out for all of them at once.
 */
export class Arrivals {
  /** Of each frame's messages, as long as somebody may still get that frame. */
  private readonly receipts = new WeakMap<readonly ReceivedMessage[], Receipts>();
  /** Those that are not in the books. */
  private open: Receipts[] = [];
  /** Deliveries that are. */
  booked = 0;

  constructor(private readonly options: ArrivalsOptions) {}

  /** Messages of a frame came to a client; others who get the same frame come with the same array. */
  note(receiver: Chatter, messages: readonly ReceivedMessage[], atUs: number): void {
    let receipts = this.receipts.get(messages);
    if (receipts === undefined) {
      receipts = new Receipts(messages);
      this.receipts.set(messages, receipts);
    }
    if (receipts.isEmpty) this.open.push(receipts);
    receipts.add(receiver, atUs);
  }

  /**
   * Enters in the books what was noted since the last call. What another process has said and not told yet waits for a
   * later one: the chat may be the faster way. `startedUs`: when sending started, microseconds since the epoch.
   */
  book(startedUs: number): void {
    if (this.open.length === 0) return;
    const { open } = this;
    this.open = [];
    for (const receipts of open) {
      const heard = this.lookUp(receipts);
      if (heard === null) {
        this.open.push(receipts);
      } else {
        this.enter(receipts, heard, startedUs);
        receipts.clear();
      }
    }
  }

  /** The test is over: of what is not in the books by now nobody will ever tell. */
  close(): void {
    for (const { deliveries } of this.open) this.options.tally.foreign += deliveries;
    this.open = [];
  }

  /** The messages of a frame; `null` while one of them is of a process that has not told it. */
  private lookUp({ keys, receivers }: Receipts): Heard[] | null {
    const heard: Heard[] = [];
    for (const { sender, sequence } of keys) {
      const author = this.options.authors.heardIn(receivers[0]!.room, sender);
      const isSaid = author !== undefined && sequence <= author.sequence;
      if (author?.isRemote && !isSaid) return null;
      heard.push({ author: isSaid ? author : null, sequence, flight: author?.flights.get(sequence) });
    }
    return heard;
  }

  private enter({ receivers, timesUs }: Receipts, heard: readonly Heard[], startedUs: number): void {
    const span = spanOf(heard);
    const owedUs: number[] = [];
    for (let i = 0; i < receivers.length; i++) {
      const [receiver, atUs] = [receivers[i]!, timesUs[i]!];
      if (span?.isOwedTo(receiver)) {
        owedUs.push(atUs);
        this.credit(receiver, heard, atUs);
      } else {
        const counting = heard.filter((message) => this.isDelivery(message, receiver, startedUs));
        this.credit(receiver, counting, atUs);
        this.count(counting, [atUs]);
      }
    }
    if (owedUs.length > 0) this.count(heard, owedUs);
  }

  /** Does it count that this client got the message? Not when it was said while the client was no member. */
  private isDelivery({ author, flight }: Heard, receiver: Chatter, startedUs: number): boolean {
    if (author === null || author.room !== receiver.room) {
      this.options.tally.foreign++;
      return false;
    }
    return flight === undefined ? !receiver.isVisitor(startedUs) : receiver.isOwed(flight.sentUs);
  }

  /** A client got these messages. */
  private credit(receiver: Chatter, messages: readonly Heard[], atUs: number): void {
    const { rows, sample } = this.options;
    if (messages.length === 0) return;
    receiver.isActive = true;
    this.booked += messages.length;
    for (const { author, sequence, flight } of messages) {
      if (flight !== undefined) receiver.heard++;
      if (rows !== null && author!.isSampled(sequence, sample)) {
        rows.add(receivedRow(sequence, author!.id, receiver.id, atUs));
      }
    }
  }

  /** Messages came to clients together; what goes beyond the members of a message's room came to somebody twice. */
  private count(messages: readonly Heard[], timesUs: readonly number[]): void {
    const { tally, authors } = this.options;
    const awaited: Flight[] = [];
    for (const { author, sequence, flight } of messages) {
      const missing = flight?.missing ?? 0;
      if (missing >= timesUs.length) {
        awaited.push(flight!);
        continue;
      }
      if (sequence >= author!.firstCounted) tally.repeated += timesUs.length - missing;
      if (missing > 0) tally.receive([flight!], timesUs.slice(0, missing));
    }
    tally.receive(awaited, timesUs);
    // What is complete is forgotten, so that memory holds what is under way and not the whole run.
    for (const { author, sequence, flight } of messages) {
      if (flight?.missing === 0) authors.complete(author!, sequence);
    }
  }
}

/** Messages of one room that are all awaited: who was a member from the first to the last of them is owed them all. */
class Span {
  constructor(
    private readonly room: TestRoom,
    private readonly earliestUs: number,
    private readonly latestUs: number,
  ) {}

  isOwedTo(receiver: Chatter): boolean {
    return receiver.room === this.room && receiver.isOwed(this.earliestUs) && receiver.isOwed(this.latestUs);
  }
}

/** `null` where not all of them are awaited, or not in one room. */
function spanOf(heard: readonly Heard[]): Span | null {
  const room = heard[0]?.author?.room;
  if (room === undefined) return null;
  let [earliestUs, latestUs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { author, flight } of heard) {
    if (author?.room !== room || flight === undefined) return null;
    earliestUs = Math.min(earliestUs, flight.sentUs);
    latestUs = Math.max(latestUs, flight.sentUs);
  }
  return new Span(room, earliestUs, latestUs);
}
