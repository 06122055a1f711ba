/**
 * What clients of some rooms did and saw, in the order in which the observer learned of it. `sender` and `number`
 * name a message: each sender counts its messages of a room 1, 2, 3 … and never uses a number twice. A `client` is
 * one view of a room, from its first welcome on, over all its reconnects.
 */
export type HistoryEvent = { room: string } & (
  | { type: "published"; sender: string; number: number }
  /** `offset`: as the acknowledgement says it; `null` when it does not. */
  | { type: "acked"; sender: string; number: number; epoch: string; offset: number | null }
  /** In the room for the first time: everything after this place is for this client. */
  | { type: "joined"; client: string; epoch: string; offset: number }
  /** In the room again, after a loss of the connection. */
  | { type: "rejoined"; client: string; epoch: string }
  | { type: "seen"; client: string; offset: number; sender: string; number: number }
  /** The client was told that it does not get `from` to `to`; with `newEpoch` also what was left of the old one. */
  | { type: "gap"; client: string; from: number; to: number; newEpoch: boolean }
);

/**
 * How often each promise was broken, counted for each client that it was broken to: a message that two clients
 * did not see was lost twice.
 *
 * - `lost`: acknowledged, not seen by a client that was in the room when the message was published, or whose
 *   place is before the message's; unless a gap that the client was told of covers it.
 * - `repeated`: the same message seen again by the same client, under whatever offset.
 * - `reordered`: seen after a message that has to come after it: its offset is lower than one seen before, another
 *   client saw the two in the other order, the same sender published it earlier, or its offset is held by another
 *   message at another client.
 * - `unreportedGaps`: jumps of the offset over messages that the client was not told of and that never came, and
 *   changes of the epoch that it was not told of, unless it had nothing of the old one: that is then no gap, but what
 *   was acknowledged in the old one is lost.
 */
export interface Counts {
  lost: number;
  repeated: number;
  reordered: number;
  unreportedGaps: number;
}

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

/** The four counts, in the order in which they are shown. */
export const COUNTED = ["lost", "repeated", "reordered", "unreportedGaps"] as const;

const nothingWrong = (): Counts => ({ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0 });

interface Tracked {
  label: string;
  /** Number of the event of the room in which it was published; infinite when nobody heard of that. */
  published: number;
  acked: Place | null;
  /** Where the first client saw it. */
  seen: Place | null;
}

interface Place {
  epoch: string;
  /** `null`: unknown. */
  offset: number | null;
}

/** One client's reading of the room's log. */
interface View {
  client: string;
  joined: number;
  base: Place & { offset: number };
  /** The epochs that the client was in; the last one is the present. */
  epochs: Array<{ epoch: string; told: boolean; hadNothing: boolean }>;
  last: number;
  lastPlace: number;
  lastNumbers: Map<string, number>;
  seen: Set<Tracked>;
  told: Array<{ epoch: string; from: number; to: number }>;
  jumps: Array<{ epoch: string; missing: Set<number> }>;
}

class RoomHistory {
  readonly counts = nothingWrong();
  readonly details: string[] = [];
  private readonly messages = new Map<string, Tracked>();
  private readonly views = new Map<string, View>();
  /** Which message the first client saw at a place. */
  private readonly holders = new Map<string, Tracked>();
  private events = 0;

  constructor(readonly name: string) {}

  take(event: HistoryEvent): void {
    this.events++;
    switch (event.type) {
      case "published":
        this.message(event).published = this.events;
        break;
      case "acked":
        this.message(event).acked ??= { epoch: event.epoch, offset: event.offset };
        break;
      case "joined":
        this.views.set(event.client, newView(event, this.events));
        break;
      case "rejoined": {
        const { epochs } = this.view(event);
        if (epochs.at(-1)!.epoch !== event.epoch) enterEpoch(this.view(event), event.epoch);
        break;
      }
      case "seen":
        this.see(this.view(event), this.message(event), event);
        break;
      case "gap":
        tell(this.view(event), event);
        break;
    }
  }

  /** Counts what can only be known when nothing more will come. */
  end(): void {
    for (const view of this.views.values()) {
      for (const { epoch, missing } of view.jumps) {
        if (missing.size === 0) continue;
        this.complain("unreportedGaps", view, `nothing at ${epoch}:${[...missing].slice(0, 5).join(",")}`);
      }
      for (const { epoch, told, hadNothing } of view.epochs) {
        if (!told && !hadNothing) this.complain("unreportedGaps", view, `not told of the new epoch ${epoch}`);
      }
      for (const message of this.messages.values()) {
        if (message.acked === null || view.seen.has(message)) continue;
        if (isFor(view, message) && !isCovered(view, message)) {
          this.complain("lost", view, `${message.label} was acknowledged and never came`);
        }
      }
    }
  }

  private see(view: View, message: Tracked, { offset, sender, number }: { offset: number } & Message): void {
    const { epoch } = view.epochs.at(-1)!;
    const place = `${epoch}:${offset}`;
    const before = view.last;
    for (const jump of view.jumps) if (jump.epoch === epoch) jump.missing.delete(offset);
    if (offset > before + 1) view.jumps.push({ epoch, missing: new Set(between(before, offset)) });
    view.last = Math.max(before, offset);

    if (view.seen.has(message)) {
      this.complain("repeated", view, `${message.label} came again at ${place}`);
      return;
    }
    view.seen.add(message);
    message.seen ??= { epoch, offset };
    const holder = this.holders.get(place);
    if (holder === undefined) this.holders.set(place, message);
    const common = message.seen.epoch === epoch ? message.seen.offset! : offset;
    const lastNumber = view.lastNumbers.get(sender) ?? 0;
    if (offset <= before)
      this.complain("reordered", view, `${message.label} at ${place} came after ${before}`);
    else if (common < view.lastPlace)
      this.complain("reordered", view, `${message.label} at ${place} stood elsewhere for others`);
    else if (number < lastNumber)
      this.complain("reordered", view, `${message.label} at ${place} came after number ${lastNumber}`);
    else if (holder !== undefined && holder !== message)
      this.complain("reordered", view, `${message.label} at ${place}, where others saw ${holder.label}`);
    view.lastPlace = Math.max(view.lastPlace, common);
    view.lastNumbers.set(sender, Math.max(lastNumber, number));
  }

  private message({ sender, number }: Message): Tracked {
    const label = `${sender} ${number}`;
    let message = this.messages.get(label);
    if (message === undefined) {
      message = { label, published: Number.POSITIVE_INFINITY, acked: null, seen: null };
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

interface Message {
  sender: string;
  number: number;
}

function newView(
  { client, epoch, offset }: Place & { client: string; offset: number },
  joined: number,
): View {
  return {
    ...{ client, joined, base: { epoch, offset }, epochs: [{ epoch, told: true, hadNothing: true }] },
    ...{ last: offset, lastPlace: offset, lastNumbers: new Map(), seen: new Set(), told: [], jumps: [] },
  };
}

function enterEpoch(view: View, epoch: string): void {
  view.epochs.push({ epoch, told: false, hadNothing: view.last === 0 });
  view.last = 0;
  view.lastPlace = 0;
}

function tell(view: View, { from, to, newEpoch }: { from: number; to: number; newEpoch: boolean }): void {
  const present = view.epochs.at(-1)!;
  if (newEpoch) present.told = true;
  view.told.push({ epoch: present.epoch, from, to });
  // What comes next continues after the gap, if the gap begins where the client stands.
  if (from <= view.last + 1) view.last = Math.max(view.last, to);
}

/** Whether the client has a right to see the message. */
function isFor({ joined, base }: View, message: Tracked): boolean {
  if (joined < message.published && message.published !== Number.POSITIVE_INFINITY) return true;
  const { epoch, offset } = placeOf(message);
  return epoch === base.epoch && offset !== null && offset > base.offset;
}

/** Whether the client was told that it does not get the message. */
function isCovered({ told, epochs }: View, message: Tracked): boolean {
  const { epoch, offset } = placeOf(message);
  const place = epochs.findIndex((known) => known.epoch === epoch);
  if (place >= 0 && epochs.slice(place + 1).some((later) => later.told)) return true;
  return offset !== null && told.some((gap) => gap.epoch === epoch && gap.from <= offset && offset <= gap.to);
}

/** Of an acknowledged message; what clients saw outweighs what the acknowledgement said. */
function placeOf({ seen, acked }: Tracked): Place {
  return seen ?? acked!;
}

function between(from: number, to: number): number[] {
  return Array.from({ length: to - from - 1 }, (_, index) => from + 1 + index);
}
