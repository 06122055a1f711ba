import type { ChatMessage } from "../../protocol/message.ts";

interface Held {
  message: ChatMessage;
  bytes: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What a message costs besides its texts: its object, its fields, its place here. */
const OVERHEAD_BYTES = 256;

/** The newest messages of one room, oldest first; older ones are dropped from the front. */
export class Backlog {
  private held: Held[] = [];
  /** Held from here on; what is before is dropped, and moved out now and then. */
  private start = 0;
  private newest = 0;
  private size = 0;

  /** The newest offset that was ever pushed. */
  get head(): number {
    return this.newest;
  }

  /** The oldest offset that is still held; `head + 1` when none is. */
  get first(): number {
    return this.newest - this.count + 1;
  }

  get count(): number {
    return this.held.length - this.start;
  }

  /** About how much memory is held. */
  get bytes(): number {
    return this.size;
  }

  push(message: ChatMessage, at: number): void {
    const bytes = OVERHEAD_BYTES + Buffer.byteLength(message.text) + message.sender.length;
    this.held.push({ message, bytes, at });
    this.newest = message.offset;
    this.size += bytes;
  }

  /** Drops the oldest message, if there is one. */
  dropOldest(): void {
    const oldest = this.held[this.start];
    if (oldest === undefined) return;
    this.size -= oldest.bytes;
    this.start++;
    // Half of it is air by now: moving the rest costs no more than pushing it did.
    if (this.start > 32 && this.start * 2 > this.held.length) {
      this.held = this.held.slice(this.start);
      this.start = 0;
    }
  }

  /** Drops what was pushed before `at`. */
  dropOlderThan(at: number): void {
    while (this.count > 0 && this.held[this.start]!.at < at) this.dropOldest();
  }

  /** The messages with offsets `from` to `to`, both included; those no longer held are left out. */
  slice(from: number, to: number): ChatMessage[] {
    const begin = this.start + Math.max(0, from - this.first);
    const end = this.start + Math.max(0, to - this.first + 1);
    return this.held.slice(begin, Math.max(begin, end)).map(({ message }) => message);
  }
}
