import type { Logger } from "../lib/log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Session } from "./session.ts";

/** Looking costs one call per connection; what a hot room sends in this time is what a look can come too late. */
const LOOK_MS = 200;

/** A client as this needs to know it. */
export type Reader = Pick<Session, "id" | "end"> & { socket: Pick<Session["socket"], "getBufferedAmount"> };

/**
 * Ends the connections of clients that do not read what they are sent, under their own code: they can resume
 * where they were. What waits for them is bounded: the socket layer cuts whoever gets far beyond the limit
 * between two looks.
 */
export class SlowReaders {
  private timer: Timer | null = null;

  /** `limit` is in bytes that wait for one client, `total` of those that wait for all of them. */
  constructor(
    private readonly sessions: ReadonlySet<Reader>,
    private readonly limit: number,
    private readonly total: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** Ends those who are too far behind now. */
  look(): void {
    const limit = this.limitNow();
    for (const session of this.sessions) {
      const waiting = session.socket.getBufferedAmount();
      if (waiting <= limit) continue;
      this.log.info("slow_reader", { connection: session.id, waiting_bytes: waiting });
      session.end(closeCodes.slowReader);
    }
  }

  /** Where all of them together hold too much, those who are further behind than most have to go. */
  private limitNow(): number {
    let [waiting, readers] = [0, 0];
    for (const { socket } of this.sessions) {
      const bytes = socket.getBufferedAmount();
      waiting += bytes;
      if (bytes > 0) readers++;
    }
    return waiting > this.total ? Math.min(this.limit, waiting / readers) : this.limit;
  }
}
