import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Counters } from "./counters.ts";
import type { Session } from "./session.ts";

/** Looking costs one call per connection. */
const LOOK_MS = 200;
/** Who is about to send so much of what may wait for all has a look first: it may be all that fits. */
const LARGE_SHARE = 1 / 8;
/** What waits for those who were told goodbye may take this part of what may wait for all: whoever is beyond it is cut. */
const GOODBYE_SHARE = 1 / 4;
/** What is counted is texts; the layers below add to each, and at most double a short one. */
const FRAME_MARGIN = 2;

/** A client as this needs to know it. */
export type Reader = Pick<Session, "id" | "end" | "cut"> & {
  socket: Pick<Session["socket"], "getBufferedAmount">;
};

export interface WaitingLimits {
  /** Bytes that may wait for one client. */
  each: number;
  /** Bytes that may wait for all of them. */
  total: number;
  /** How long what waits for a connection that was closed may stay in memory, milliseconds. */
  lingering: number;
}

/** What waits for a reader. */
export interface Backlog<R> {
  reader: R;
  bytes: number;
}

/**
 * Ends the connections of clients that do not read what they are sent, under their own code: they can resume
 * where they were. After a look no more waits than may; between two of them an eighth of it may be sent, and the socket
 * layer cuts whoever gets far beyond the limit. A client that reads nothing at all does not take its goodbye either, and
 * until the connection has been idle for long what waited for it stays in memory: only so many are told goodbye.
 */
export class SlowReaders {
  private timer: Timer | null = null;
  /** At the last look: what waited for all of them, and what had been sent by then, bytes. */
  private waited = 0;
  private sentBefore = 0;
  /** What may still be in memory of those who were told goodbye: bytes, and until when, milliseconds since the epoch. */
  private leaving: Array<{ bytes: number; until: number }> = [];

  constructor(
    private readonly sessions: ReadonlySet<Reader>,
    private readonly limits: WaitingLimits,
    private readonly counters: Pick<Counters, "bytes" | "cut">,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** So many bytes are about to be sent. */
  prepare(bytes: number): void {
    const unseen = this.counters.bytes.out - this.sentBefore;
    if (unseen + bytes > this.limits.total * LARGE_SHARE) this.look();
  }

  /** Ends those who are too far behind now. */
  look(): void {
    const { each, total } = this.limits;
    const sent = this.counters.bytes.out;
    // Nobody can be further behind than what waited before and what was sent since then.
    if (this.waited + sent - this.sentBefore < Math.min(each, total) / FRAME_MARGIN) return;
    this.sentBefore = sent;
    const backlogs: Backlog<Reader>[] = [];
    for (const reader of this.sessions) {
      const bytes = reader.socket.getBufferedAmount();
      if (bytes > 0) backlogs.push({ reader, bytes });
    }
    this.waited = backlogs.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const backlog of tooFarBehind(backlogs, each, total * (1 - GOODBYE_SHARE))) this.dismiss(backlog);
  }

  private dismiss({ reader, bytes }: Backlog<Reader>): void {
    const { total, lingering } = this.limits;
    const now = this.clock.now();
    this.leaving = this.leaving.filter(({ until }) => until > now);
    const isCut = bytes + this.leaving.reduce((sum, { bytes }) => sum + bytes, 0) > total * GOODBYE_SHARE;
    this.log.info("slow_reader", { connection: reader.id, waiting_bytes: bytes, cut: isCut });
    if (isCut) {
      this.counters.cut++;
      reader.cut();
    } else {
      this.leaving.push({ bytes, until: now + lingering });
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
