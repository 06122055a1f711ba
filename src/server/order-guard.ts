import type { MessageId } from "../protocol/message.ts";

/** A client sends a refused message again after a second; the rest is for one that reads slowly. */
const HOLD_MS = 30_000;

/**
 * Keeps the order of one sender's messages while the log cannot take them: what was on its way when a message was
 * refused must not be stored before it. It is refused as well, until the first one comes again; a client that does not
 * send again what was refused is waited for only so long.
 */
export class OrderGuard {
  private first: { id: MessageId; at: number } | null = null;

  /** The message was not stored, at the time `now` in milliseconds. */
  refused(id: MessageId, now: number): void {
    this.first ??= { id, at: now };
  }

  /** Whether the message may go to the log. */
  admits(id: MessageId, now: number): boolean {
    if (this.first !== null && id !== this.first.id && now - this.first.at < HOLD_MS) return false;
    this.first = null;
    return true;
  }
}
