import type { Clock } from "../lib/clock.ts";
import type { BatchWindow } from "./batch-window.ts";

/** Timers do not know less than a millisecond, and would make more of it. */
const LEAST_WAIT_MS = 0.5;

/**
 * Frames of one room that wait to leave together. The first after a quiet moment leaves at once; what comes within the
 * window after it waits for the window's end.
 */
export class Gathering<Note> {
  private frames: string[] = [];
  private notes: Note[] = [];
  private timer: Timer | null = null;
  private sentAt = Number.NEGATIVE_INFINITY;

  /** `send` is called with what has gathered, in order, and what was noted with it. */
  constructor(
    private readonly window: BatchWindow,
    private readonly clock: Clock,
    private readonly send: (frames: readonly string[], notes: readonly Note[]) => void,
  ) {}

  add(frames: readonly string[], note: Note): void {
    this.frames.push(...frames);
    this.notes.push(note);
    if (this.timer !== null) return;
    const now = this.clock.now();
    const wait = this.sentAt + this.window.at(now) - now;
    if (wait < LEAST_WAIT_MS) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.frames.length === 0) return;
    const { frames, notes } = this;
    this.frames = [];
    this.notes = [];
    this.sentAt = this.clock.now();
    this.send(frames, notes);
  }
}
