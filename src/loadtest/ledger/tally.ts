import { Distribution, type DistributionState } from "../../lib/distribution.ts";
import { Histogram } from "../../lib/histogram.ts";
import { Timeline, type TimelineState } from "../../results/timeline.ts";

/** A message that is said. Times in microseconds since the epoch. */
export interface Departure {
  scheduledUs: number;
  sentUs: number;
  /** Clients of this process that it goes to. */
  members: number;
  /** Second of the run in which it is sent. */
  second: number;
  /** False during the warm-up. */
  counts: boolean;
}

/** A message that this process sends. */
export interface OwnDeparture extends Departure {
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
  /** It was sent by this process. */
  isOwn: boolean;
  /** Everyone has it, and it is known for a while only. */
  hasLanded: boolean;
}

/** A tally on its way from one process to another. */
export interface TallyState {
  counts: Record<Count, number>;
  fromSent: DistributionState;
  fromScheduled: DistributionState;
  timeline: TimelineState;
  sendLag: Uint32Array;
}

const COUNTS = [
  "sent",
  "expected",
  "received",
  "reached",
  "repeated",
  "foreign",
  "unsent",
  "outstanding",
] as const;
type Count = (typeof COUNTS)[number];

/** A figure of loss while the test runs leaves out what may well be on its way. */
const IN_FLIGHT_SECONDS = 3;

/** Counts what was sent and what arrived, and measures how long it took. */
export class Tally {
  sent = 0;
  expected = 0;
  received = 0;
  /** Messages sent here that at least one client here got. */
  reached = 0;
  /** Deliveries of a message beyond its room's members. */
  repeated = 0;
  /** Deliveries of messages that this test did not send. */
  foreign = 0;
  /** Planned sends that were none: the client was not connected, or the generator too late. */
  unsent = 0;
  readonly fromSent = new Distribution();
  readonly fromScheduled = new Distribution();
  readonly timeline = new Timeline();
  /** Sent later than planned: the generator's own delay, microseconds. */
  readonly sendLag = new Histogram();
  /** The same since it was last looked at, warm-up included. */
  readonly recentLag = new Histogram();
  /** Deliveries of all messages, warm-up included, that have not come. */
  outstanding = 0;
  private readonly expectedIn: number[] = [];
  private readonly receivedIn: number[] = [];

  /** From the first to the last event that counts, microseconds; `null` without any. */
  get spanUs(): number | null {
    return this.sent === 0 ? null : this.timeline.spanUs;
  }

  /** A message leaves here. */
  send(departure: OwnDeparture): Flight {
    const { scheduledUs, sentUs, counts, waited } = departure;
    if (!waited) this.recentLag.add(sentUs - scheduledUs);
    if (counts) {
      this.sent++;
      if (!waited) this.sendLag.add(sentUs - scheduledUs);
      this.timeline.sent(sentUs);
    }
    return this.follow(departure, true);
  }

  /** A message is on its way to members here, from wherever it was sent. */
  follow({ scheduledUs, sentUs, members, second, counts }: Departure, isOwn = false): Flight {
    this.outstanding += members;
    if (counts) {
      this.expected += members;
      this.expectedIn[second] = (this.expectedIn[second] ?? 0) + members;
    }
    return { sentUs, scheduledUs, missing: members, second, counts, reached: false, isOwn, hasLanded: false };
  }

  /**
   * Messages came to clients together, at `timesUs`, one after the other: what goes beyond those that a message is missing
   * to came to somebody twice. Answers with how many of the messages were awaited.
   */
  receive(flights: readonly Flight[], timesUs: readonly number[]): number {
    let awaited = 0;
    let whole = 0;
    for (const flight of flights) {
      const deliveries = Math.min(flight.missing, timesUs.length);
      flight.missing -= deliveries;
      this.outstanding -= deliveries;
      if (deliveries > 0) awaited++;
      if (!flight.counts) continue;
      this.repeated += timesUs.length - deliveries;
      if (deliveries === timesUs.length) {
        this.count(flight, timesUs);
        whole++;
      } else if (deliveries > 0) {
        const first = timesUs.slice(0, deliveries);
        this.count(flight, first);
        this.timeline.came(first, 1);
      }
    }
    if (whole > 0) this.timeline.came(timesUs, whole);
    return awaited;
  }

  /** A message does not go to that many of those who have not got it. */
  expectLess(flight: Flight, members: number): void {
    flight.missing -= members;
    this.outstanding -= members;
    if (!flight.counts) return;
    this.expectedIn[flight.second]! -= members;
    this.expected -= members;
  }

  /** After the warm-up: deliveries of what was sent long enough before `second` to have arrived: those expected, and those that came. */
  dueBefore(second: number): { expected: number; received: number } {
    let expected = 0;
    let received = 0;
    for (let i = 0; i <= second - IN_FLIGHT_SECONDS; i++) {
      expected += this.expectedIn[i] ?? 0;
      received += this.receivedIn[i] ?? 0;
    }
    return { expected, received };
  }

  private count(flight: Flight, timesUs: readonly number[]): void {
    const { sentUs, scheduledUs, second } = flight;
    this.received += timesUs.length;
    this.receivedIn[second] = (this.receivedIn[second] ?? 0) + timesUs.length;
    if (flight.isOwn && !flight.reached) this.reached++;
    flight.reached = true;
    this.fromSent.addSince(sentUs, timesUs);
    this.fromScheduled.addSince(scheduledUs, timesUs);
    this.timeline.took(timesUs, scheduledUs);
  }

  /** Adds what another process has counted. What is shown while a test runs is not among it. */
  merge({ counts, ...other }: TallyState): void {
    for (const name of COUNTS) this[name] += counts[name];
    this.fromSent.merge(other.fromSent);
    this.fromScheduled.merge(other.fromScheduled);
    this.timeline.merge(other.timeline);
    this.sendLag.merge(Histogram.of(other.sendLag));
  }

  state(): TallyState {
    return {
      counts: Object.fromEntries(COUNTS.map((name) => [name, this[name]])) as Record<Count, number>,
      fromSent: this.fromSent.state(),
      fromScheduled: this.fromScheduled.state(),
      timeline: this.timeline.state(),
      sendLag: this.sendLag.counts,
    };
  }
}
