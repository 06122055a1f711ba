import type { Clock } from "../lib/clock.ts";
import { receivedRow, sentRow } from "../results/csv.ts";
import type { Chatter, TestRoom } from "./chatter.ts";
import type { Recorder } from "./recorder.ts";
import { Tally } from "./tally.ts";

export interface LedgerOptions {
  clock: Clock;
  /** Where events go, if anywhere. */
  recorder: Pick<Recorder, "add"> | null;
  /** Left out of the figures, milliseconds from the start. */
  warmup: number;
  find: (id: string) => Chatter | undefined;
}

/** Writes down each message sent and received: a row for the file, a flight for the figures. */
export class Ledger {
  readonly tally = new Tally();
  /** What the server complained of: how often, and the first time. */
  readonly complaints = { count: 0, first: "" };
  /** Milliseconds since the epoch at which sending started; 0 before. */
  startedAt = 0;
  sentEver = 0;
  receivedEver = 0;
  /** When the frame came that is being read, microseconds since the epoch. */
  private frameUs = 0;
  private readonly gone: Chatter[] = [];

  constructor(private readonly options: LedgerOptions) {}

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

  /** A message came; without allocation or parsing, because this runs for each delivery of the test. */
  receive(receiver: Chatter, senderId: string, sequence: number): void {
    const { tally, options } = this;
    const sender = options.find(senderId);
    if (sender === undefined || sequence > sender.sequence) {
      tally.foreign++;
      return;
    }
    this.receivedEver++;
    receiver.isActive = true;
    options.recorder?.add(receivedRow(sequence, senderId, receiver.id, this.frameUs));
    const flight = sender.flights.get(sequence);
    if (flight === undefined) {
      if (sequence >= sender.firstCounted) tally.repeated++;
      return;
    }
    tally.receive(flight, this.frameUs);
    // What is complete is forgotten, so that memory holds what is under way and not the whole run.
    if (flight.missing === 0) sender.flights.delete(sequence);
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
   * The test is over. Who went away and did not come back was no member any more: what was said after that was not for
   * it.
   */
  close(members: readonly Chatter[]): void {
    const lost = new Map<TestRoom, number[]>();
    for (const { room, awaySince } of this.gone) {
      lost.set(room, [...(lost.get(room) ?? []), awaySince * 1000]);
    }
    for (const { room, flights } of members) {
      const times = lost.get(room);
      if (times === undefined) continue;
      for (const flight of flights.values()) {
        const missed = times.filter((awaySince) => awaySince < flight.sentUs).length;
        this.tally.expectLess(flight, Math.min(missed, flight.missing));
      }
    }
  }

  private sendNow(chatter: Chatter, due: number, waited: boolean): void {
    const { clock, recorder, warmup } = this.options;
    const now = clock.now();
    const scheduledUs = Math.round((this.startedAt + due) * 1000);
    const sentUs = Math.round(now * 1000);
    const counts = scheduledUs >= (this.startedAt + warmup) * 1000;
    const flight = this.tally.send({
      ...{ scheduledUs, sentUs, counts, waited },
      members: chatter.room.members,
      second: Math.floor((waited ? now - this.startedAt : due) / 1000),
    });
    chatter.flights.set(++chatter.sequence, flight);
    if (counts) chatter.firstCounted = Math.min(chatter.firstCounted, chatter.sequence);
    chatter.isActive = true;
    this.sentEver++;
    recorder?.add(sentRow(chatter.sequence, chatter.id, sentUs, scheduledUs));
    chatter.send(new Date(now).toISOString());
  }
}
