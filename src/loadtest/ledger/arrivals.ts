import type { ReceivedMessage } from "../../protocol/dialect.ts";
import { receivedRow } from "../../results/csv.ts";
import type { Chatter } from "../chatter/chatter.ts";
import type { MessageKey } from "../chatter/identity.ts";
import type { Authors } from "./authors.ts";
import { type Heard, Span, standingOf } from "./heard.ts";
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
      receipts = Receipts.of(messages);
      this.receipts.set(messages, receipts);
    }
    if (receipts.isEmpty) this.open.push(receipts);
    receipts.add(receiver, atUs);
  }

  /**
   * Enters in the books what was noted since the last call. A message that another process has said and not told yet
   * waits for a later one: the chat may be the faster way. `startedUs`: when sending started, microseconds since the epoch.
   */
  book(startedUs: number): void {
    const { open } = this;
    if (open.length === 0) return;
    this.open = [];
    for (const receipts of open) {
      const { heard, untold, unknown } = this.lookUp(receipts.keys);
      this.options.tally.foreign += (unknown + receipts.strangers) * receipts.receivers.length;
      this.enter(receipts, heard, startedUs);
      const waiting = receipts.take(untold);
      if (untold.length > 0) this.open.push(waiting);
    }
  }

  /** The test is over: of what is not in the books by now nobody will ever tell. */
  close(): void {
    for (const { deliveries } of this.open) this.options.tally.foreign += deliveries;
    this.open = [];
  }

  /** Who has said the messages of a frame: known, still to be told by another process, or `unknown`, nobody of this test. */
  private lookUp(keys: readonly MessageKey[]) {
    const { authors } = this.options;
    const heard: Heard[] = [];
    const untold: MessageKey[] = [];
    let unknown = 0;
    for (const key of keys) {
      const { sender, sequence } = key;
      const author = authors.find(sender);
      if (author !== undefined && sequence <= author.sequence) {
        heard.push({ author, sequence, flight: author.flights.get(sequence) });
      } else if (authors.isElsewhere(sender)) untold.push(key);
      else unknown++;
    }
    return { heard, untold, unknown };
  }

  /** Most clients are owed the whole of a frame: for these it is entered once. */
  private enter({ receivers, timesUs }: Receipts, heard: readonly Heard[], startedUs: number): void {
    const span = Span.of(heard);
    const [owed, owedUs]: [Chatter[], number[]] = [[], []];
    for (let i = 0; i < receivers.length; i++) {
      const [receiver, atUs] = [receivers[i]!, timesUs[i]!];
      if (span?.isOwedTo(receiver)) {
        owed.push(receiver);
        owedUs.push(atUs);
      } else {
        this.count(this.owedTo(receiver, heard, startedUs), [receiver], [atUs]);
      }
    }
    if (owed.length > 0) this.count(heard, owed, owedUs);
  }

  /** Those of the messages that count for this client. */
  private owedTo(receiver: Chatter, heard: readonly Heard[], startedUs: number): Heard[] {
    const owed: Heard[] = [];
    for (const message of heard) {
      const standing = standingOf(message, receiver, startedUs);
      if (standing === "owed") owed.push(message);
      else if (standing === "foreign") this.options.tally.foreign++;
    }
    return owed;
  }

  /** Messages came together to clients that were owed them. */
  private count(messages: readonly Heard[], receivers: readonly Chatter[], timesUs: readonly number[]): void {
    if (messages.length === 0) return;
    const { tally, authors } = this.options;
    const flights: Flight[] = [];
    for (const { author, sequence, flight } of messages) {
      if (flight !== undefined) flights.push(flight);
      else if (sequence >= author.firstCounted) tally.repeated += timesUs.length;
    }
    const awaited = tally.receive(flights, timesUs);
    this.booked += messages.length * receivers.length;
    for (const receiver of receivers) {
      receiver.isActive = true;
      receiver.heard += awaited;
    }
    this.write(messages, receivers, timesUs);
    for (const { author, sequence, flight } of messages) {
      if (flight?.missing === 0) authors.land(author, sequence, timesUs.at(-1)!);
    }
  }

  private write(messages: readonly Heard[], receivers: readonly Chatter[], timesUs: readonly number[]): void {
    const { rows, sample } = this.options;
    if (rows === null) return;
    for (let i = 0; i < receivers.length; i++) {
      for (const { author, sequence } of messages) {
        if (!author.isSampled(sequence, sample)) continue;
        rows.add(receivedRow(sequence, author.id, receivers[i]!.id, timesUs[i]!));
      }
    }
  }
}
