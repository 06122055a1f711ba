import { formatCount } from "../../lib/format.ts";
import type { EventSink } from "../../results/event.ts";
import { withLimit } from "../../results/limit.ts";
import { notesOfMeta } from "../../results/notes.ts";
import type { RunEnd, RunMeta } from "../../results/run-meta.ts";
import { disturbancesOf, type RunSummary, summariseLatency } from "../../results/summary.ts";
import { Timeline } from "../../results/timeline.ts";
import { expectDeliveries, type RoomFacts } from "./expected.ts";
import { notesOfRows, notesOfWarmUp } from "./notes.ts";
import { type JoinState, RowJoin } from "./row-join.ts";
import { WarmUp } from "./warm-up.ts";

/** A part of a run, on its way from one process to another. */
export interface PartialRun {
  /** Names of the clients, in the order of their numbers. */
  clients: string[];
  join: JoinState;
}

/** In a file that was cut, what was sent so shortly before its last event may have arrived after it; microseconds. */
const IN_FLIGHT_US = 3_000_000;

/** Adds up one run, event by event in any order, and summarises it. */
export class RunAggregate implements EventSink {
  readonly join = new RowJoin();
  private readonly clients = new Map<string, number>();
  /** Numbers below zero for message ids that are none themselves. */
  private readonly otherIds = new Map<string, number>();
  private meta: RunMeta | null = null;

  /** `warmupMs`: in place of what the file says of its warm-up, and for files that say nothing. */
  constructor(private readonly warmupMs?: number) {
    this.join.warmUp = new WarmUp((warmupMs ?? 0) * 1000, null);
  }

  run(meta: RunMeta): void {
    this.meta = meta;
    // A file may say anything; of its time only a warm-up has been checked.
    const startUs = typeof meta.started_at === "string" ? Date.parse(meta.started_at) * 1000 : Number.NaN;
    const lengthUs = (this.warmupMs ?? meta.warmup_ms ?? 0) * 1000;
    const isKnown = !Number.isNaN(startUs);
    this.join.warmUp = new WarmUp(lengthUs, isKnown ? startUs : null);
    this.join.timeline = new Timeline(isKnown ? startUs + lengthUs : null);
  }

  /** The description has been completed since. */
  describe(meta: RunMeta): void {
    this.meta = meta;
  }

  sent(messageId: string, senderId: string, timestampUs: number, scheduledUs: number | null): void {
    this.join.sent(this.client(senderId), this.message(messageId), timestampUs, scheduledUs ?? Number.NaN);
  }

  received(messageId: string, senderId: string, clientId: string, timestampUs: number): void {
    this.client(clientId);
    this.join.received(this.client(senderId), this.message(messageId), timestampUs);
  }

  /** The number of a client, counted from 0 in the order of appearance. */
  client(id: string): number {
    const known = this.clients.get(id);
    if (known !== undefined) return known;
    this.clients.set(copyOf(id), this.clients.size);
    return this.clients.size - 1;
  }

  state(): PartialRun {
    return { clients: [...this.clients.keys()], join: this.join.state() };
  }

  /** Adds another part of the run, whose message ids are all numbers. Throws `Irregular` where the order of the parts matters. */
  merge({ clients, join }: PartialRun): void {
    this.join.merge(
      join,
      Uint32Array.from(clients, (id) => this.client(id)),
    );
  }

  /**
   * The run in figures. `shape` is what a meta file or an option says; the file's own word comes first. `isCut`: the
   * file ends in the middle of a line.
   */
  close(
    label: string,
    shape: Pick<RoomFacts, "rooms" | "roomSize">,
    percents: readonly number[],
    isCut = false,
  ): RunSummary {
    const { meta, join } = this;
    join.settle();
    const { fromSent, fromScheduled, unmatched, sentTwice, negative } = join;
    const isWhole = !isCut && this.isOver && this.shortfall() === null;
    const facts = {
      rooms: meta?.rooms ?? shape.rooms,
      roomSize: meta?.rooms_vary ? null : (meta?.room_size ?? shape.roomSize),
      // The generator's own account is that of the whole file.
      expected: isWhole ? (this.account()?.expected ?? null) : null,
    };
    const openUs = isWhole ? Number.POSITIVE_INFINITY : join.timeline.lastUs - IN_FLIGHT_US;
    const { note, open, ...rooms } = expectDeliveries(join.table, this.clients.size, facts, openUs);
    const { sent, reached } = this.countMessages();
    const warmupMs = join.warmUp.lengthUs / 1000;
    return withLimit({
      label,
      rooms: rooms.rooms,
      roomSize: rooms.roomSize,
      clients: this.clients.size,
      sample: meta?.sample ?? 1,
      sent,
      expected: rooms.expected,
      received: fromSent.count,
      repeated: rooms.repeated,
      unmatched,
      spanUs: sent === 0 ? null : join.timeline.spanUs,
      fromScheduled: summariseLatency(fromScheduled, reached, percents),
      fromSent: summariseLatency(fromSent, reached, percents),
      disturbances: disturbancesOf(meta?.end),
      timeline: join.timeline.summary(),
      meta,
      notes: [
        ...(meta === null ? notesOfWarmUp(warmupMs) : notesOfMeta({ ...meta, warmup_ms: warmupMs })),
        // Rooms of unlike sizes have none that could be said.
        ...(note === null || meta?.rooms_vary ? [] : [note]),
        ...notesOfRows({ open, unmatched, sentTwice, negative, sent, sample: meta?.sample ?? 1 }),
      ],
    });
  }

  /** False when the file was to say how its run ended, and does not. */
  get isOver(): boolean {
    return this.meta === null || this.meta.end !== undefined;
  }

  /** What the generator counted beyond the rows: they were lost after the run. `null` when nothing is missing. */
  shortfall(): string | null {
    const end = this.account();
    if (end === null) return null;
    const { sent } = this.countMessages();
    const received = this.join.fromSent.count;
    if (sent >= end.sent && received >= end.received) return null;
    const messages = `${formatCount(sent)} of ${formatCount(end.sent)} messages`;
    const deliveries = `${formatCount(received)} of ${formatCount(end.received)} deliveries`;
    return `the file was cut after the run: it holds ${messages} and ${deliveries}`;
  }

  /** The generator's own account, where it speaks of the same messages as the rows: of all, after the same warm-up. */
  private account(): RunEnd | null {
    const { end, sample = 1, warmup_ms: ownMs = 0 } = this.meta ?? {};
    const isComparable = sample === 1 && (this.warmupMs ?? ownMs) === ownMs;
    return end !== undefined && isComparable ? end : null;
  }

  /** A message id as a number: its own where that loses nothing ("7", not "07"), which needs no memory. */
  private message(id: string): number {
    const number = numberOf(id);
    if (number >= 0) return number;
    const known = this.otherIds.get(id);
    if (known !== undefined) return known;
    const given = -1 - this.otherIds.size;
    this.otherIds.set(copyOf(id), given);
    return given;
  }

  private countMessages(): { sent: number; reached: number } {
    let sent = 0;
    let reached = 0;
    this.join.table.forEachCounted((_sender, deliveries) => {
      sent++;
      if (deliveries > 0) reached++;
    });
    return { sent, reached };
  }
}

/** A whole number of at most 15 digits without leading zeros, or -1. */
function numberOf(id: string): number {
  const length = id.length;
  if (length > 15 || (length > 1 && id.charCodeAt(0) === 48)) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = id.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** A string of its own: a slice would keep the text it was cut from, here a megabyte, in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
