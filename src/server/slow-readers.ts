import type { Logger } from "../lib/log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Counters } from "./counters.ts";
import type { Session } from "./session.ts";

/** Looking costs one call per connection; what a hot room sends in this time is what a look can come too late. */
const LOOK_MS = 200;
/** What is counted is texts; the layers below add to each, and at most double a short one. */
const FRAME_MARGIN = 2;

/** A client as this needs to know it. */
export type Reader = Pick<Session, "id" | "end"> & { socket: Pick<Session["socket"], "getBufferedAmount"> };

/** What waits for a reader. */
export interface Backlog<R> {
  reader: R;
  bytes: number;
}

/**
 * Ends the connections of clients that do not read what they are sent, under their own code: they can resume
 * where they were. After a look no more waits than may; between two looks the socket layer cuts whoever gets far
 * beyond the limit.
 */
export class SlowReaders {
  private timer: Timer | null = null;
  /** At the last look: what waited for all of them, and what had been sent by then, bytes. */
  private waited = 0;
  private sentBefore = 0;

  /** `each` is in bytes that may wait for one client, `total` of those that may wait for all of them. */
  constructor(
    private readonly sessions: ReadonlySet<Reader>,
    private readonly each: number,
    private readonly total: number,
    private readonly counters: Pick<Counters, "bytes">,
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
    const sent = this.counters.bytes.out;
    // Nobody can be further behind than what waited before and what was sent since then.
    if (this.waited + sent - this.sentBefore < Math.min(this.each, this.total) / FRAME_MARGIN) return;
    this.sentBefore = sent;
    const backlogs: Backlog<Reader>[] = [];
    for (const reader of this.sessions) {
      const bytes = reader.socket.getBufferedAmount();
      if (bytes > 0) backlogs.push({ reader, bytes });
    }
    this.waited = backlogs.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { reader, bytes } of tooFarBehind(backlogs, this.each, this.total)) {
      this.log.info("slow_reader", { connection: reader.id, waiting_bytes: bytes });
      reader.end(closeCodes.slowReader);
    }
  }
}

/** Everyone for whom more than `each` waits; then the furthest behind, until `total` holds what waits for the rest. */
export function tooFarBehind<R>(
  backlogs: readonly Backlog<R>[],
  each: number,
  total: number,
): readonly Backlog<R>[] {
  let waiting = 0;
  let most = 0;
  for (const { bytes } of backlogs) {
    waiting += bytes;
    most = Math.max(most, bytes);
  }
  // Nearly always; thousands are not put in order for nothing.
  if (most <= each && waiting <= total) return [];
  const gone: Backlog<R>[] = [];
  for (const backlog of backlogs.toSorted((a, b) => b.bytes - a.bytes)) {
    if (backlog.bytes <= each && waiting <= total) break;
    waiting -= backlog.bytes;
    gone.push(backlog);
  }
  return gone;
}
