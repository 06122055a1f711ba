import { Distribution } from "../lib/distribution.ts";
import { Histogram } from "../lib/histogram.ts";
import { Timeline } from "../results/timeline.ts";

/** A message that leaves. Times in microseconds since the epoch. */
export interface Departure {
  scheduledUs: number;
  sentUs: number;
  /** Clients that it goes to. */
  members: number;
  /** Second of the run in which it is sent. */
  second: number;
  /** False during the warm-up. */
  counts: boolean;
  /** Its sender was not connected when it was due: it is late, and the generator is not to blame. */
  waited: boolean;
}

/** A message on its way. Times in microseconds since the epoch. */
export interface Flight {
  sentUs: number;
  scheduledUs: number;
  /** Deliveries still to come. */
  missing: number;
  /** Second of the run in which it was sent. */
  second: number;
  /** False during the warm-up: followed, but not counted. */
  counts: boolean;
  /** Somebody got it. */
  reached: boolean;
}

/** A figure of loss while the test runs leaves out what may well be on its way. */
const IN_FLIGHT_SECONDS = 3;

/** Counts what was sent and what arrived, and measures how long it took. */
export class Tally {
  sent = 0;
  expected = 0;
  received = 0;
  /** Messages that at least one client got. */
  reached = 0;
  /** Deliveries of a message beyond its room's members. */
  repeated = 0;
  /** Deliveries of messages that this test did not send. */
  foreign = 0;
  /** Planned sends of clients that were not connected. */
  unsent = 0;
  readonly fromSent = new Distribution();
  readonly fromScheduled = new Distribution();
  readonly timeline = new Timeline();
  /** Sent later than planned: the generator's own delay, microseconds. */
  readonly sendLag = new Histogram();
  /** For the display while the test runs. */
  readonly live = new Histogram();
  /** Deliveries of all messages, warm-up included, that have not come. */
  outstanding = 0;
  private firstUs = Number.POSITIVE_INFINITY;
  private lastUs = Number.NEGATIVE_INFINITY;
  private readonly expectedIn: number[] = [];
  private readonly receivedIn: number[] = [];

  /** From the first to the last event that counts, microseconds; `null` without any. */
  get spanUs(): number | null {
    return this.sent === 0 ? null : this.lastUs - this.firstUs;
  }

  send({ scheduledUs, sentUs, members, second, counts, waited }: Departure): Flight {
    this.outstanding += members;
    this.expectedIn[second] = (this.expectedIn[second] ?? 0) + members;
    if (counts) {
      this.sent++;
      this.expected += members;
      if (!waited) this.sendLag.add(sentUs - scheduledUs);
      this.extendSpan(sentUs);
      this.timeline.sent(sentUs);
    }
    return { sentUs, scheduledUs, missing: members, second, counts, reached: false };
  }

  /** One delivery of a message that is still awaited. */
  receive(flight: Flight, atUs: number): void {
    flight.missing--;
    this.outstanding--;
    this.receivedIn[flight.second] = (this.receivedIn[flight.second] ?? 0) + 1;
    if (!flight.counts) return;
    this.received++;
    if (!flight.reached) this.reached++;
    flight.reached = true;
    this.extendSpan(atUs);
    this.fromSent.add(atUs - flight.sentUs);
    this.fromScheduled.add(atUs - flight.scheduledUs);
    this.live.add(atUs - flight.scheduledUs);
    this.timeline.received(atUs, flight.scheduledUs);
  }

  /** A message does not go to that many of those who have not got it. */
  expectLess(flight: Flight, members: number): void {
    flight.missing -= members;
    this.outstanding -= members;
    this.expectedIn[flight.second]! -= members;
    if (flight.counts) this.expected -= members;
  }

  /** The share that is lost of what was sent long enough before `second` to have arrived. */
  lossBefore(second: number): number {
    let expected = 0;
    let received = 0;
    for (let i = 0; i <= second - IN_FLIGHT_SECONDS; i++) {
      expected += this.expectedIn[i] ?? 0;
      received += this.receivedIn[i] ?? 0;
    }
    return expected === 0 ? 0 : 1 - received / expected;
  }

  private extendSpan(us: number): void {
    if (us < this.firstUs) this.firstUs = us;
    if (us > this.lastUs) this.lastUs = us;
  }
}
