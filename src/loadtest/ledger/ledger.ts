import type { Clock } from "../../lib/clock.ts";
import type { ReceivedMessage } from "../../protocol/dialect.ts";
import { sentRow } from "../../results/csv.ts";
import type { Chatter } from "../chatter/chatter.ts";
import type { TestRoom } from "../crowd/room.ts";
import { absencesIn } from "./absences.ts";
import { Arrivals } from "./arrivals.ts";
import type { Author } from "./author.ts";
import { Authors } from "./authors.ts";
import type { Saying } from "./sayings.ts";
import { Tally } from "./tally.ts";

export interface LedgerOptions {
  clock: Clock;
  /** Has the plan a client of this id in another process that shares a room with this one? */
  isElsewhere(id: string): boolean;
  /** Where rows go, if anywhere. */
  rows: { add(row: string): void } | null;
  /** One in so many messages is written down. */
  sample: number;
  /** Left out of the figures, milliseconds from the start. */
  warmup: number;
}

/** Writes down each message sent and received: a row for the file, a flight for the figures. */
export class Ledger {
  readonly tally = new Tally();
  /** What the server complained of: how often, and the first time. */
  readonly complaints = { count: 0, first: "" };
  /** Milliseconds since the epoch at which sending started; 0 before. */
  startedAt = 0;
  sentEver = 0;
  /** When the frame came that is being read, microseconds since the epoch. */
  private frameUs = 0;
  private readonly authors: Authors;
  private readonly arrivals: Arrivals;
  private readonly gone: Chatter[] = [];
  private sayings: Saying[] = [];

  constructor(private readonly options: LedgerOptions) {
    const { rows, sample } = options;
    this.authors = new Authors((id) => options.isElsewhere(id));
    this.arrivals = new Arrivals({ authors: this.authors, tally: this.tally, rows, sample });
  }

  /** Deliveries that are in the books, warm-up included. */
  get receivedEver(): number {
    return this.arrivals.booked;
  }

  /** Sending starts; milliseconds since the epoch. */
  start(startedAt: number): void {
    this.startedAt = startedAt;
    this.tally.timeline.originUs = (startedAt + this.options.warmup) * 1000;
  }

  /** A client that will say something. */
  enter(author: Author): void {
    this.authors.enter(author);
  }

  /** A client has left. */
  forget(author: Author): void {
    this.authors.forget(author);
  }

  /** What has to be told to the processes that share rooms with this one, since the last call. */
  takeSayings(): Saying[] {
    const { sayings } = this;
    if (sayings.length > 0) this.sayings = [];
    return sayings;
  }

  /** A frame came; what is received from now on came with it. */
  frameCame(): void {
    this.frameUs = Math.round(this.options.clock.now() * 1000);
  }

  /** Sends a client's next message, which was due that many milliseconds after the start. */
  send(chatter: Chatter, due: number): void {
    if (chatter.isAway) chatter.backlog.push(due);
    else if (chatter.isIn) this.sendNow(chatter, due, false);
    else this.tally.unsent++;
  }

  /** The client is back: what was due while it was away leaves now, and its delay is real. */
  sendBacklog(chatter: Chatter): void {
    for (const due of chatter.backlog.splice(0)) this.sendNow(chatter, due, true);
  }

  /** Another process tells what its members of a room have said. */
  learn(said: Saying, room: TestRoom): void {
    const author = this.authors.remoteIn(room, said.author);
    const { sequence } = said;
    author.sequence = sequence;
    if (said.counts) author.firstCounted = Math.min(author.firstCounted, sequence);
    const members = room.say(said.sentUs);
    author.flights.set(sequence, this.tally.follow({ ...said, members }));
    if (members === 0) this.authors.land(author, sequence, said.sentUs);
  }

  /** Messages of a frame came; where others get the same frame, too, they come with the same array. */
  receive(receiver: Chatter, messages: readonly ReceivedMessage[]): void {
    this.arrivals.note(receiver, messages, this.frameUs);
  }

  /** Enters in the books what has come: the figures are those of the last call. */
  settle(): void {
    this.arrivals.book(this.startedAt * 1000);
    this.authors.age(this.options.clock.now() * 1000);
  }

  complain(text: string): void {
    if (this.complaints.count++ === 0) this.complaints.first = text;
  }

  /** The client is gone for good. */
  lose(chatter: Chatter): void {
    this.gone.push(chatter);
    this.tally.unsent += chatter.backlog.length;
  }

  /**
   * The test is over. Who went away and did not come back was no member any more: what was said between its going and
   * the moment in which it was given up was not for it. After that moment nobody counted on it.
   */
  close(): void {
    this.settle();
    this.arrivals.close();
    const absences = absencesIn(this.gone);
    for (const { room, flights } of this.authors) {
      const absence = absences.get(room);
      if (absence === undefined) continue;
      for (const flight of flights.values()) {
        this.tally.expectLess(flight, Math.min(absence.at(flight.sentUs), flight.missing));
      }
    }
  }

  private sendNow(chatter: Chatter, due: number, waited: boolean): void {
    const { options, startedAt } = this;
    const { author, room } = chatter;
    const now = options.clock.now();
    const scheduledUs = Math.round((startedAt + due) * 1000);
    const sentUs = Math.round(now * 1000);
    const counts = scheduledUs >= (startedAt + options.warmup) * 1000;
    const second = Math.floor((waited ? now - startedAt : due) / 1000);
    const sequence = ++author.sequence;
    const members = room.say(sentUs);
    const flight = this.tally.send({ scheduledUs, sentUs, counts, waited, members, second });
    author.flights.set(sequence, flight);
    if (counts) author.firstCounted = Math.min(author.firstCounted, sequence);
    chatter.isActive = true;
    this.sentEver++;
    if (options.rows !== null && author.isSampled(sequence, options.sample)) {
      options.rows.add(sentRow(sequence, author.id, sentUs, scheduledUs));
    }
    if (room.isShared) {
      this.sayings.push({
        author: author.id,
        room: room.number,
        sequence,
        sentUs,
        scheduledUs,
        second,
        counts,
      });
    }
    chatter.send(new Date(now).toISOString());
  }
}
