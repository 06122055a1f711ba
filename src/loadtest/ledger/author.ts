import { hash32 } from "../../lib/hash.ts";
import type { TestRoom } from "../crowd/room.ts";
import type { Flight } from "./tally.ts";

/** Who has said something in a room: a client of this process, or of another one that shares the room. */
export class Author {
  /** The number of its last message; 0 before the first. */
  sequence = 0;
  /** The number of its first message after the warm-up. */
  firstCounted = Number.POSITIVE_INFINITY;
  /** It says nothing more. */
  hasLeft = false;
  /** Its messages that not everyone here has had for long, by sequence number. */
  readonly flights = new Map<number, Flight>();
  private readonly phase: number;

  constructor(
    readonly id: string,
    readonly room: TestRoom,
    /** In another process. */
    readonly isRemote = false,
  ) {
    this.phase = hash32(id);
  }

  /** Is this one of its messages that are written down, when one in `every` is? The same in all processes. */
  isSampled(sequence: number, every: number): boolean {
    return every === 1 || (sequence + this.phase) % every === 0;
  }
}
