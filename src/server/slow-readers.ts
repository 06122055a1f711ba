import type { Logger } from "../lib/log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Session } from "./session.ts";

/** Looking costs one call per connection; what a hot room sends in this time is what a look can come too late. */
const LOOK_MS = 200;

/**
 * Ends the connections of clients that do not read what they are sent, under their own code: they can resume
 * where they were. What waits for them is bounded: the socket layer cuts whoever gets far beyond the limit
 * between two looks.
 */
export class SlowReaders {
  private timer: Timer | null = null;

  /** `limit` is in bytes that wait for one client. */
  constructor(
    private readonly sessions: ReadonlySet<Session>,
    private readonly limit: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private look(): void {
    for (const session of this.sessions) {
      const waiting = session.socket.getBufferedAmount();
      if (waiting <= this.limit) continue;
      this.log.info("slow_reader", { connection: session.id, waiting_bytes: waiting });
      session.end(closeCodes.slowReader);
    }
  }
}
