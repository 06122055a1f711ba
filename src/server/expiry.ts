import type { Clock } from "../lib/clock.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Session } from "./session.ts";

const LOOK_MS = 500;

/**
 * Ends connections whose token is over. They are kept by the second in which that is: a look passes over all others
 * of that second at once, and no connection needs a timer of its own.
 */
export class Expiry {
  private readonly due = new Map<number, Set<Session>>();
  private timer: Timer | null = null;

  constructor(private readonly clock: Clock) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** From now on the session ends at that time, milliseconds since the epoch. */
  add(session: Session, expiresAt: number): void {
    const second = secondOf(expiresAt);
    this.due.set(second, (this.due.get(second) ?? new Set()).add(session));
  }

  /** It has ended already; `expiresAt` is what was given to `add`. */
  remove(session: Session, expiresAt: number): void {
    const second = secondOf(expiresAt);
    const sessions = this.due.get(second);
    sessions?.delete(session);
    if (sessions?.size === 0) this.due.delete(second);
  }

  private look(): void {
    const now = this.clock.now() / 1000;
    for (const [second, sessions] of this.due) {
      if (second > now) continue;
      for (const session of sessions) session.end(closeCodes.tokenExpired);
    }
  }
}

function secondOf(ms: number): number {
  return Math.ceil(ms / 1000);
}
