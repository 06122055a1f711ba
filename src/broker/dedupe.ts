import { DEDUPE_WINDOW_MS, type Publication } from "./broker.ts";

/**
 * Remembers offsets by key for at least the dedupe window and at most twice as long. Two generations: when the
 * young one is a window old it becomes the old one, and what was old is forgotten all at once.
 */
export class DedupeWindow {
  private young = new Map<string, number>();
  private old = new Map<string, number>();
  private startedAt: number;

  constructor(now: number) {
    this.startedAt = now;
  }

  get(key: string, now: number): number | undefined {
    this.age(now);
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, offset: number, now: number): void {
    this.age(now);
    this.young.set(key, offset);
  }

  /** Forgets what is older than the window; done by itself whenever something is asked or set. */
  age(now: number): void {
    const windows = Math.floor((now - this.startedAt) / DEDUPE_WINDOW_MS);
    if (windows === 0) return;
    this.old = windows === 1 ? this.young : new Map();
    this.young = new Map();
    this.startedAt += windows * DEDUPE_WINDOW_MS;
  }
}

/** Under what a publication is remembered; `1` and `"1"` are two ids, so the type is part of the key. */
export function dedupeKey({ session, messageId }: Publication): string | null {
  if (session === null) return null;
  return typeof messageId === "number" ? `${session} ${messageId}` : `${session} "${messageId}`;
}
