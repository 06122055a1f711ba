import type { Position } from "../protocol/message.ts";
import type { Tracked } from "./history-event.ts";

export interface Stay {
  epoch: string;
  /** Everything after this offset is for the client. */
  from: number;
  /** The highest offset that came, or that the client was told to do without. */
  last: number;
  /** Number of the event by which the client was told of it; `null`: it was not. */
  toldAt: number | null;
  /** The client had nothing of the epoch before: that it is gone is no gap to it. */
  hadNothing: boolean;
}

/** Whose reading it is: a client's, over all its sockets, or that of one socket, which promises nothing after its end. */
export type Reader = "client" | "socket";

/** A reading of a room's log, through all the epochs that it was in. */
export class View {
  /** The messages that came, and in which epoch the last time. */
  readonly seen = new Map<Tracked, string>();
  /** The last one is the present. */
  readonly stays: Stay[];
  /** Jumps of the offset, and what of them has not come after all. */
  readonly jumps: Array<{ epoch: string; missing: Set<number> }> = [];
  /** Where others saw the last message. */
  lastPlace: number;
  /** The highest number of each sender in the present epoch. */
  lastNumbers = new Map<string, number>();
  private readonly told: Array<{ epoch: string; from: number; to: number }> = [];

  /** `joined` is the number of the event, `base` the place after which everything is for this client. */
  constructor(
    readonly client: string,
    readonly joined: number,
    readonly base: Position,
    readonly reader: Reader = "client",
  ) {
    const { epoch, offset } = base;
    this.stays = [{ epoch, from: offset, last: offset, toldAt: joined, hadNothing: true }];
    this.lastPlace = offset;
  }

  get epoch(): string {
    return this.present.epoch;
  }

  get present(): Stay {
    return this.stays.at(-1)!;
  }

  /** The highest offset of the present epoch. */
  get last(): number {
    return this.present.last;
  }

  /** Offsets start again. */
  enter(epoch: string): void {
    this.stays.push({ epoch, from: 0, last: 0, toldAt: null, hadNothing: this.last === 0 });
    this.lastPlace = 0;
    this.lastNumbers = new Map();
  }

  /** A message came under `offset` of the present epoch. */
  advance(offset: number): void {
    for (const { epoch, missing } of this.jumps) if (epoch === this.epoch) missing.delete(offset);
    if (offset > this.last + 1)
      this.jumps.push({ epoch: this.epoch, missing: new Set(between(this.last, offset)) });
    this.present.last = Math.max(this.last, offset);
  }

  /** The client was told that it gets none of these offsets of the present epoch. */
  tell(from: number, to: number): void {
    this.told.push({ epoch: this.epoch, from, to });
    // What comes next continues after the gap, if the gap begins where the client stands.
    if (from <= this.last + 1) this.present.last = Math.max(this.last, to);
  }

  /** Whether the client has a right to see the message. */
  hasRightTo(message: Tracked): boolean {
    if (this.joined < message.published && message.published !== Number.POSITIVE_INFINITY) return true;
    const { epoch, offset } = this.base;
    const place = message.places.get(epoch) ?? ackedPlace(message, epoch);
    return place !== null && place > offset;
  }

  /** Whether the client was told that it does not get the offset of the message. */
  wasToldOf(message: Tracked): boolean {
    return this.told.some(({ epoch, from, to }) => {
      const place = message.places.get(epoch) ?? ackedPlace(message, epoch);
      return place !== null && from <= place && place <= to;
    });
  }

  /** Whether the client was told of a new epoch after that event. */
  wasToldAnewAfter(event: number): boolean {
    return this.stays.some(({ toldAt }, index) => index > 0 && toldAt !== null && toldAt > event);
  }
}

/** What clients saw outweighs what the acknowledgement said. */
export function ackedPlace({ acked, places }: Tracked, epoch: string): number | null {
  return places.size === 0 && acked?.epoch === epoch ? acked.offset : null;
}

function between(from: number, to: number): number[] {
  return Array.from({ length: to - from - 1 }, (_, index) => from + 1 + index);
}

/** The epoch changed, and the client was not told of what it missed by that. */
export const isUntold = ({ toldAt, hadNothing }: Stay): boolean => toldAt === null && !hadNothing;
