import type { HistoryEvent, MessageName, Tracked } from "./history-event.ts";
import { View } from "./history-view.ts";

export type { HistoryEvent } from "./history-event.ts";

/**
 * How often each promise was broken, counted for each client that it was broken to: a message that two clients
 * did not see was lost twice.
 *
 * - `lost`: acknowledged, not seen by a client that was in the room when the message was published, or whose
 *   place is before the message's; unless a gap that the client was told of covers it. A gap between two epochs covers
 *   what nobody saw in the epoch that this client is in, if the message was published before the log was lost, and the
 *   client told after.
 * - `repeated`: the same message seen again by the same client, under whatever offset; unless the log was lost in
 *   between, and with it the memory of the message, before its sender knew that it was stored.
 * - `reordered`: seen after a message that has to come after it: its offset is lower than one seen before, another
 *   client saw the two in the other order, the same sender published it earlier, or its offset is held by another
 *   message at another client. Each epoch has an order of its own. A message that someone saw in an epoch that was lost
 *   before its sender knew comes again after those that followed it: in the new epoch its sender's order is not judged.
 * - `unreportedGaps`: jumps of the offset over messages that the client was not told of and that never came, and
 *   changes of the epoch that it was not told of, unless it had nothing of the old one: that is then no gap, but what
 *   was acknowledged in the old one is lost.
 * - `needlessGaps`: gaps that a client was told of although nothing was lost: messages that the log still has to hold,
 *   more epochs than the log was lost, an epoch told twice or come back to.
 */
export interface Counts {
  lost: number;
  repeated: number;
  reordered: number;
  unreportedGaps: number;
  needlessGaps: number;
}

/** The counts, in the order in which they are shown. */
export const COUNTED = ["lost", "repeated", "reordered", "unreportedGaps", "needlessGaps"] as const;

export interface Verdict extends Counts {
  rooms: ReadonlyMap<string, Counts>;
  /** What was wrong, in words: the first of each room. */
  details: string[];
}

const DETAILS_PER_ROOM = 20;

/** Judges a finished history: every client has had the time to catch up. */
export function check(history: readonly HistoryEvent[]): Verdict {
  const rooms = new Map<string, RoomHistory>();
  for (const event of history) {
    const room = rooms.get(event.room) ?? new RoomHistory(event.room);
    rooms.set(event.room, room);
    room.take(event);
  }
  const verdict = { ...nothingWrong(), rooms: new Map<string, Counts>(), details: [] as string[] };
  for (const room of rooms.values()) {
    room.end();
    verdict.rooms.set(room.name, room.counts);
    verdict.details.push(...room.details);
    for (const kind of COUNTED) verdict[kind] += room.counts[kind];
  }
  return verdict;
}

const nothingWrong = (): Counts => ({
  ...{ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 },
});

class RoomHistory {
  readonly counts = nothingWrong();
  readonly details: string[] = [];
  private readonly messages = new Map<string, Tracked>();
  private readonly views = new Map<string, View>();
  /** Which message the first client saw at a place. */
  private readonly holders = new Map<string, Tracked>();
  private readonly epochs = new Set<string>();
  /** The losses of the log, by the numbers of their events. */
  private readonly losses: Array<{ from: number; to: number }> = [];
  /** Messages that came after later ones of their sender: wrong, unless it turns out that they came again. */
  private readonly late: Array<{ view: View; message: Tracked; epoch: string; what: string }> = [];
  private events = 0;

  constructor(readonly name: string) {}

  take(event: HistoryEvent): void {
    this.events++;
    switch (event.type) {
      case "published":
        this.message(event).published = this.events;
        break;
      case "acked":
        this.message(event).acked ??= { at: this.events, epoch: event.epoch, offset: event.offset };
        break;
      case "joined":
        this.views.set(event.client, new View(event.client, this.events, event));
        this.meet(this.view(event), event.epoch);
        break;
      case "rejoined":
        this.enter(this.view(event), event.epoch);
        break;
      case "seen":
        this.see(this.view(event), this.message(event), event);
        break;
      case "gap":
        this.tell(this.view(event), event);
        break;
      case "losing":
        this.losses.push({ from: this.events, to: Number.POSITIVE_INFINITY });
        break;
      case "emptied":
        this.losses.at(-1)!.to = this.events;
        break;
    }
  }

  /** Counts what can only be known when nothing more will come. */
  end(): void {
    for (const { view, message, epoch, what } of this.late) {
      const wasElsewhere = [...message.places.keys()].some((other) => other !== epoch);
      if (!wasElsewhere || !this.wasForgotten(message)) this.complain("reordered", view, what);
    }
    for (const view of this.views.values()) {
      for (const { epoch, missing } of view.jumps) {
        if (missing.size === 0) continue;
        this.complain("unreportedGaps", view, `nothing at ${epoch}:${[...missing].slice(0, 5).join(",")}`);
      }
      for (const { epoch, toldAt, hadNothing } of view.stays) {
        if (toldAt === null && !hadNothing)
          this.complain("unreportedGaps", view, `not told of the new epoch ${epoch}`);
      }
      for (const message of this.messages.values()) {
        if (message.acked === null || view.seen.has(message) || !view.hasRightTo(message)) continue;
        if (!view.wasToldOf(message) && !this.wentWithTheLog(view, message)) {
          this.complain("lost", view, `${message.label} was acknowledged and never came`);
        }
      }
    }
  }

  private enter(view: View, epoch: string): void {
    if (epoch === view.epoch) return;
    if (view.stays.some((stay) => stay.epoch === epoch))
      this.complain("needlessGaps", view, `back in the epoch ${epoch}`);
    this.meet(view, epoch);
    view.enter(epoch);
  }

  private meet(view: View, epoch: string): void {
    this.epochs.add(epoch);
    if (this.epochs.size - 1 > this.losses.length)
      this.complain(
        "needlessGaps",
        view,
        `a new epoch ${epoch}, after ${this.losses.length} losses of the log`,
      );
  }

  private tell(view: View, { from, to, newEpoch }: HistoryEvent & { type: "gap" }): void {
    if (newEpoch !== null) {
      this.enter(view, newEpoch);
      if (view.present.toldAt !== null)
        this.complain("needlessGaps", view, `told of the epoch ${newEpoch} again`);
      view.present.toldAt = this.events;
    }
    if (from > to) return;
    this.complain("needlessGaps", view, `told to do without ${view.epoch}:${from} to ${to}`);
    view.tell(from, to);
  }

  private see(view: View, message: Tracked, seen: MessageName & { offset: number }): void {
    const { epoch } = view;
    const before = view.last;
    const place = `${epoch}:${seen.offset}`;
    view.advance(seen.offset);
    const seenIn = view.seen.get(message);
    view.seen.set(message, epoch);
    if (seenIn !== undefined && (seenIn === epoch || !this.wasForgotten(message))) {
      this.complain("repeated", view, `${message.label} came again at ${place}, after ${seenIn}`);
      return;
    }
    if (!message.places.has(epoch)) message.places.set(epoch, seen.offset);
    const holder = this.holders.get(place);
    if (holder === undefined) this.holders.set(place, message);
    const common = message.places.get(epoch)!;
    const lastNumber = view.lastNumbers.get(seen.sender) ?? 0;
    if (seen.offset <= before)
      this.complain("reordered", view, `${message.label} at ${place} came after ${before}`);
    else if (common < view.lastPlace)
      this.complain("reordered", view, `${message.label} at ${place} stood elsewhere for others`);
    else if (seen.number < lastNumber)
      this.late.push({
        ...{ view, message, epoch, what: `${message.label} at ${place} came after number ${lastNumber}` },
      });
    else if (holder !== undefined && holder !== message)
      this.complain("reordered", view, `${message.label} at ${place}, where others saw ${holder.label}`);
    view.lastPlace = Math.max(view.lastPlace, common);
    view.lastNumbers.set(seen.sender, Math.max(lastNumber, seen.number));
  }

  /** Whether the message may have been in a log that was lost, and the client knows that it was. */
  private wentWithTheLog(view: View, { published, places }: Tracked): boolean {
    // Others saw it in the log that this client is reading.
    if (places.has(view.epoch)) return false;
    return this.losses.some(({ from, to }) => published < to && view.wasToldAnewAfter(from));
  }

  /** Whether the log may have taken the message twice: its memory was lost while the sender did not know. */
  private wasForgotten({ published, acked }: Tracked): boolean {
    return this.losses.some(({ from, to }) => published < to && (acked === null || acked.at > from));
  }

  private message({ sender, number }: MessageName): Tracked {
    const label = `${sender} ${number}`;
    let message = this.messages.get(label);
    if (message === undefined) {
      message = { label, published: Number.POSITIVE_INFINITY, acked: null, places: new Map() };
      this.messages.set(label, message);
    }
    return message;
  }

  private view({ client }: { client: string }): View {
    const view = this.views.get(client);
    if (view === undefined) throw new Error(`${client} saw something of ${this.name} before it joined`);
    return view;
  }

  private complain(kind: keyof Counts, view: View, what: string): void {
    this.counts[kind]++;
    if (this.details.length < DETAILS_PER_ROOM)
      this.details.push(`${this.name}: ${kind}, to ${view.client}: ${what}`);
  }
}
