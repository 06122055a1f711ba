import { Distribution } from "../../lib/distribution.ts";
import { formatCount } from "../../lib/format.ts";
import type { EventSink } from "../../results/event.ts";
import { notesOfMeta } from "../../results/notes.ts";
import type { RunMeta } from "../../results/run-meta.ts";
import { disturbancesOf, type RunSummary, summariseLatency } from "../../results/summary.ts";
import { Timeline } from "../../results/timeline.ts";
import { expectDeliveries, type RoomFacts } from "./expected.ts";
import { LEFT_OUT, MessageTable, type Slot } from "./message-table.ts";
import { notesOfRows } from "./notes.ts";

/**
 * Adds up one run, event by event in any order, and summarises it at the end. Memory grows with the messages
 * (and with the latencies over a second), not with the rows.
 */
export class RunAggregate implements EventSink {
  private readonly table = new MessageTable();
  private readonly fromSent = new Distribution();
  private readonly fromScheduled = new Distribution();
  private readonly timeline = new Timeline();
  /** Times of deliveries whose message was not seen as sent so far. */
  private readonly waiting = new Map<Slot, number[]>();
  private meta: RunMeta | null = null;
  private countFromUs = 0;
  private sentTwice = 0;
  private negative = 0;
  private firstUs = Number.POSITIVE_INFINITY;
  private lastUs = Number.NEGATIVE_INFINITY;

  run(meta: RunMeta): void {
    this.meta = meta;
    if (meta.warmup_ms) this.countFromUs = (Date.parse(meta.started_at) + meta.warmup_ms) * 1000;
  }

  sent(messageId: string, senderId: string, timestampUs: number, scheduledUs: number | null): void {
    const slot = this.table.slot(this.table.client(senderId), messageId);
    if (!Number.isNaN(this.table.sentAt(slot))) {
      this.sentTwice++;
      return;
    }
    const counts = (scheduledUs ?? timestampUs) >= this.countFromUs;
    this.table.setSent(slot, counts ? timestampUs : LEFT_OUT, scheduledUs);
    if (counts) {
      this.extendSpan(timestampUs);
      this.timeline.sent(timestampUs);
    }
    const early = this.waiting.get(slot);
    if (early === undefined) return;
    this.waiting.delete(slot);
    if (counts) for (const receivedUs of early) this.deliver(slot, timestampUs, receivedUs);
  }

  received(messageId: string, senderId: string, clientId: string, timestampUs: number): void {
    this.table.client(clientId);
    const slot = this.table.slot(this.table.client(senderId), messageId);
    const sentUs = this.table.sentAt(slot);
    if (sentUs >= 0) this.deliver(slot, sentUs, timestampUs);
    else if (sentUs !== LEFT_OUT) this.wait(slot, timestampUs);
  }

  /** The run in figures. `shape` is what a meta file or an option says; the file's own word comes first. */
  close(
    label: string,
    shape: Pick<RoomFacts, "rooms" | "roomSize">,
    percents: readonly number[],
  ): RunSummary {
    const { meta, fromSent, fromScheduled } = this;
    const { note, ...rooms } = expectDeliveries(this.table, {
      rooms: meta?.rooms ?? shape.rooms,
      roomSize: meta?.room_size ?? shape.roomSize,
      // The generator's own account is that of the whole file.
      expected: this.shortfall() === null ? (meta?.end?.expected ?? null) : null,
    });
    const { sent, reached } = this.countMessages();
    let unmatched = 0;
    for (const times of this.waiting.values()) unmatched += times.length;
    return {
      label,
      rooms: rooms.rooms,
      roomSize: rooms.roomSize,
      clients: this.table.clients,
      sent,
      expected: rooms.expected,
      received: fromSent.count,
      repeated: rooms.repeated,
      unmatched,
      spanUs: sent === 0 ? null : this.lastUs - this.firstUs,
      fromScheduled: summariseLatency(fromScheduled, reached, percents),
      fromSent: summariseLatency(fromSent, reached, percents),
      disturbances: disturbancesOf(meta?.end),
      timeline: this.timeline.summary(),
      meta,
      notes: [
        ...(meta === null ? [] : notesOfMeta(meta)),
        ...(note === null ? [] : [note]),
        ...notesOfRows({ unmatched, sentTwice: this.sentTwice, negative: this.negative, sent }),
      ],
    };
  }

  /** What the generator counted beyond the rows: they were lost after the run. `null` when nothing is missing. */
  shortfall(): string | null {
    const end = this.meta?.end;
    if (end === undefined) return null;
    const { sent } = this.countMessages();
    const received = this.fromSent.count;
    if (sent >= end.sent && received >= end.received) return null;
    const messages = `${formatCount(sent)} of ${formatCount(end.sent)} messages`;
    const deliveries = `${formatCount(received)} of ${formatCount(end.received)} deliveries`;
    return `the file was cut after the run: it holds ${messages} and ${deliveries}`;
  }

  private countMessages(): { sent: number; reached: number } {
    let sent = 0;
    let reached = 0;
    this.table.forEachCounted((_sender, deliveries) => {
      sent++;
      if (deliveries > 0) reached++;
    });
    return { sent, reached };
  }

  private deliver(slot: Slot, sentUs: number, receivedUs: number): void {
    this.table.delivered(slot);
    this.extendSpan(receivedUs);
    if (receivedUs < sentUs) this.negative++;
    this.fromSent.add(receivedUs - sentUs);
    const scheduledUs = this.table.scheduledAt(slot);
    const isPlanned = !Number.isNaN(scheduledUs);
    if (isPlanned) this.fromScheduled.add(receivedUs - scheduledUs);
    this.timeline.received(receivedUs, isPlanned ? scheduledUs : sentUs);
  }

  private wait(slot: Slot, receivedUs: number): void {
    const times = this.waiting.get(slot);
    if (times === undefined) this.waiting.set(slot, [receivedUs]);
    else times.push(receivedUs);
  }

  private extendSpan(us: number): void {
    if (us < this.firstUs) this.firstUs = us;
    if (us > this.lastUs) this.lastUs = us;
  }
}
