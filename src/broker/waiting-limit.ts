import type { Publication } from "./broker.ts";

/** What waits at most for the answer of a log that is elsewhere. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What waits takes about this much besides its text. */
const OVERHEAD_BYTES = 256;

/** About how much memory a publication takes while it waits. */
export function sizeOf({ text }: Publication): number {
  return OVERHEAD_BYTES + Buffer.byteLength(text);
}

/**
 * Bounds what waits for a log that is elsewhere, so that a stall costs refusals and not the process. Once it is full,
 * everything is refused until half of it is gone: else the small message of a sender would find room behind the big one
 * that was refused, and overtake it.
 */
export class WaitingLimit {
  private bytes = 0;
  private isFull = false;

  constructor(private readonly max = MAX_BYTES) {}

  /** Counts what is about to wait; throws when there is no room for it. */
  add(bytes: number): void {
    if (this.bytes + bytes > this.max) this.isFull = true;
    if (this.isFull) throw new Error("too much waits for the log");
    this.bytes += bytes;
  }

  /** It waits no longer. */
  remove(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes <= this.max / 2) this.isFull = false;
  }
}
