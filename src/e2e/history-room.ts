import { type Counts, nothingWrong } from "./history-counts.ts";
import type { HistoryEvent, MessageName, Tracked } from "./history-event.ts";
import { ackedPlace, isUntold, View } from "./history-view.ts";

const DETAILS_PER_ROOM = 20;

/** Messages by epoch and offset. */
type Places = Map<string, Map<number, Tracked>>;

/** What happened in one room, judged event by event, and at its end. */
export class RoomHistory {
  readonly counts = nothingWrong();
  readonly details: string[] = [];
  private readonly messages = new Map<string, Tracked>();
  private readonly views = new Map<string, View>();
  /** Which message the first client saw at a place. */
  private readonly holders = new Map<string, Tracked>();
  private readonly epochs = new Set<string>();
  /** The highest offset that anyone saw, by epoch. */
  private readonly ends = new Map<string, number>();
  /** The losses of the log, by the numbers of their events. */
  private readonly losses: Array<{ from: number; to: number }> = [];
  /** Messages that came after later ones of their sender: wrong, unless it turns out that they came again. */
  private readonly late: Array<{ view: View; message: Tracked; epoch: string; what: string }> = [];
  /** Gaps that clients were told of within one epoch. */
  private readonly gaps: Array<{ view: View; epoch: string; from: number; to: number; at: number }> = [];
  private events = 0;

  /** The log holds at least the `kept` newest messages. */
  constructor(
    readonly name: string,
    private readonly kept: number,
  ) {}

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
      case "opened": {
        const { client, since, epoch, offset } = event;
        // What it asked for counts, not what it was said to get.
        this.views.set(client, new View(client, this.events, since ?? { epoch, offset }, "socket"));
        this.meet(this.view(event), this.view(event).epoch);
        this.enter(this.view(event), epoch);
        break;
      }
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
      case "held":
        this.message(event).heldIn.add(event.epoch);
        break;
      case "emptied":
        this.losses.at(-1)!.to = this.events;
        break;
    }
  }

  /** Counts what can only be known when nothing more will come. */
  end(): void {
    for (const { view, message, epoch, what } of this.late) {
      const wasElsewhere = [...message.places.keys(), ...message.heldIn].some((other) => other !== epoch);
      if (!wasElsewhere || !this.wasForgotten(message)) this.complain("reordered", view, what);
    }
    for (const { view, epoch, from, to, at } of this.gaps) {
      if (!this.hadMovedOn(epoch, to + this.kept, at))
        this.complain("needlessGaps", view, `told to do without ${epoch}:${from} to ${to}`);
    }
    const acked = [...this.messages.values()].filter((message) => message.acked !== null);
    const places = this.placesOf(acked);
    for (const view of this.views.values()) {
      for (const { epoch, missing } of view.jumps) {
        if (missing.size === 0) continue;
        this.complain("unreportedGaps", view, `nothing at ${epoch}:${[...missing].slice(0, 5).join(",")}`);
      }
      if (view.reader === "socket") this.endSocket(view, places);
      else this.endClient(view, acked);
    }
  }

  private endClient(view: View, acked: readonly Tracked[]): void {
    for (const stay of view.stays) {
      if (isUntold(stay)) this.complain("unreportedGaps", view, `not told of the new epoch ${stay.epoch}`);
    }
    for (const message of acked) {
      if (view.seen.has(message) || !view.hasRightTo(message)) continue;
      if (!view.wasToldOf(message) && !this.wentWithTheLog(view, message))
        this.complain("lost", view, `${message.label} was acknowledged and never came`);
    }
  }

  /** A socket promises what stands between where it began and the last that came over it. */
  private endSocket(view: View, acked: Places): void {
    for (const { epoch, from, last } of view.stays) {
      for (let offset = from + 1; offset <= last; offset++) {
        const message = acked.get(epoch)?.get(offset);
        if (message === undefined || view.seen.has(message) || view.wasToldOf(message)) continue;
        this.complain(
          "lost",
          view,
          `${message.label} was acknowledged and did not come at ${epoch}:${offset}`,
        );
      }
    }
  }

  /** Where the log had these messages: as clients saw it, else as their senders were told, of a log never lost since. */
  private placesOf(messages: readonly Tracked[]): Places {
    const places: Places = new Map();
    const put = (message: Tracked, epoch: string, offset: number) => {
      if (!places.has(epoch)) places.set(epoch, new Map());
      places.get(epoch)!.set(offset, message);
    };
    for (const message of messages) {
      for (const [epoch, offset] of message.places) put(message, epoch, offset);
      if (this.losses.some(({ to }) => message.published < to)) continue;
      const epoch = message.acked!.epoch;
      const place = ackedPlace(message, epoch);
      if (place !== null) put(message, epoch, place);
    }
    return places;
  }

  /** Whether a message that stands at `offset` or after it may have been in the log by that event. */
  private hadMovedOn(epoch: string, offset: number, event: number): boolean {
    const end = this.ends.get(epoch) ?? 0;
    for (let at = offset; at <= end; at++) {
      const holder = this.holders.get(`${epoch}:${at}`);
      if (holder !== undefined && holder.published < event) return true;
    }
    return false;
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
    this.gaps.push({ view, epoch: view.epoch, from, to, at: this.events });
    view.tell(from, to);
  }

  private see(view: View, message: Tracked, seen: MessageName & { offset: number }): void {
    const { epoch } = view;
    const before = view.last;
    const place = `${epoch}:${seen.offset}`;
    if (view.reader === "socket" && isUntold(view.present)) {
      // The next socket may tell it; this one owed it before the first message.
      this.complain("unreportedGaps", view, `not told of the new epoch ${epoch} before ${message.label}`);
      view.present.toldAt = this.events;
    }
    if (view.reader === "socket" && seen.offset <= view.present.from) {
      this.complain("repeated", view, `${message.label} at ${place}, of which the client had what is before`);
      return;
    }
    view.advance(seen.offset);
    this.ends.set(epoch, Math.max(this.ends.get(epoch) ?? 0, seen.offset));
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
      message = {
        label,
        published: Number.POSITIVE_INFINITY,
        acked: null,
        places: new Map(),
        heldIn: new Set(),
      };
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
