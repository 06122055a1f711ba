import { Distribution } from "../lib/distribution.ts";
import { Histogram } from "../lib/histogram.ts";

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
}

/** A figure of loss while the test runs leaves out what may well be on its way. */
const IN_FLIGHT_SECONDS = 3;

/** Counts what was sent and what arrived, and measures how long it took. */
export class Tally {
  sent = 0;
  expected = 0;
  received = 0;
  /** Deliveries of a message beyond its room's members. */
  repeated = 0;
  /** Deliveries of messages that this test did not send. */
  foreign = 0;
  /** Planned sends of clients that were not connected. */
  unsent = 0;
  readonly fromSent = new Distribution();
  readonly fromScheduled = new Distribution();
  /** Sent later than planned: the generator's own delay, microseconds. */
  readonly sendLag = new Histogram();
  /** For the display while the test runs. */
  readonly live = new Histogram();
  /** Deliveries of all messages, warm-up included, that have not come. */
  outstanding = 0;
  private readonly expectedIn: number[] = [];
  private readonly receivedIn: number[] = [];

  /** Registers a message that goes to `members` clients. */
  send(scheduledUs: number, sentUs: number, members: number, second: number, counts: boolean): Flight {
    this.outstanding += members;
    this.expectedIn[second] = (this.expectedIn[second] ?? 0) + members;
    if (counts) {
      this.sent++;
      this.expected += members;
      this.sendLag.add(sentUs - scheduledUs);
    }
    return { sentUs, scheduledUs, missing: members, second, counts };
  }

  /** One delivery of a message that is still awaited. */
  receive(flight: Flight, atUs: number): void {
    flight.missing--;
    this.outstanding--;
    this.receivedIn[flight.second] = (this.receivedIn[flight.second] ?? 0) + 1;
    if (!flight.counts) return;
    this.received++;
    this.fromSent.add(atUs - flight.sentUs);
    this.fromScheduled.add(atUs - flight.scheduledUs);
    this.live.add(atUs - flight.scheduledUs);
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
}
