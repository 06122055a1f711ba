import type { Clock } from "../lib/clock.ts";
import type { BatchWindow } from "./batch-window.ts";

/**
 * What one room has to send and leaves together. The first after a quiet moment leaves at once; what comes within the
 * window after it waits for the window's end.
 */
export class Gathering<Item> {
  private waiting: Item[] = [];
  private timer: Timer | null = null;
  private sentAt = Number.NEGATIVE_INFINITY;

  /** `send` is called with what has gathered, in order, and the time, milliseconds since the epoch. */
  constructor(
    private readonly window: BatchWindow,
    private readonly clock: Clock,
    private readonly send: (items: readonly Item[], now: number) => void,
  ) {}

  add(item: Item): void {
    this.waiting.push(item);
    if (this.timer !== null) return;
    const now = this.clock.now();
    const wait = this.sentAt + this.window.at(now) - now;
    if (wait <= 0) this.flush(now);
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends what waits, now. */
  flush(now = this.clock.now()): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length === 0) return;
    const items = this.waiting;
    this.waiting = [];
    this.sentAt = now;
    this.send(items, now);
  }
}
