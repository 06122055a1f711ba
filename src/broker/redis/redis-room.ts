import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { HistoryPage, LogGap } from "../broker.ts";
import { Deliveries } from "../deliveries.ts";
import type { Batch } from "./payload.ts";
import type { Mark } from "./room-scripts.ts";

/** A page of a room's log, and the replication id of the Redis that gave it. */
export interface LogPage extends HistoryPage {
  replid: string;
}

/** What a room asks of Redis; `known` is how far it knows its log. */
export type ReadLog = (known: Mark | null, since: Position | null, limit: number) => Promise<LogPage>;

const PAGE = 500;
const RETRY_MS = 500;
/** Batches that may wait while the room catches up; what is dropped beyond is read out of the log. */
const MAX_WAITING = 1000;

/**
 * What this server hears of one room. A channel of Redis forgets what nobody heard, so it only says that there is
 * something: the order is that of the offsets, and whatever is missing is read out of the log.
 */
export class RedisRoom {
  /** Those who listen here, and where they stand together: everything up to `at` was delivered to them. */
  private readonly deliveries = new Deliveries();
  private readonly gapListeners = new Set<(gap: LogGap) => void>();
  private at: Mark | null = null;
  /** The newest message that was answered to a sender here; it may be ahead of what was heard. */
  private answered: Mark | null = null;
  private waiting: Batch[] = [];
  /** Nothing was heard since the log was last looked at. */
  private isQuiet = false;
  private catchingUp: Promise<void> | null = null;
  /** More came while catching up than could wait: what was dropped has to be read, too. */
  private overflowed = false;

  constructor(
    private readonly read: ReadLog,
    private readonly log: Logger,
  ) {}

  /** How far the log is known here; should Redis know less, it has lost something. */
  get known(): Mark | null {
    const { at, answered } = this;
    if (at === null || answered?.epoch !== at.epoch || answered.replid !== at.replid) return at;
    return answered.offset > at.offset ? answered : at;
  }

  get isEmpty(): boolean {
    return this.deliveries.isEmpty;
  }

  /** Call only when the channel is subscribed to: what is published from then on arrives by `hear`. */
  async listen(
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap: (gap: LogGap) => void,
  ): Promise<{ position: Position; end: () => void }> {
    const { epoch, head, replid } = await this.read(this.known, null, 0);
    this.at ??= { epoch, offset: head, replid };
    // The others here may have heard more while the answer was on its way; this one starts where they are.
    const isBehind = this.at.offset > head || this.at.epoch !== epoch;
    const position = isBehind ? { epoch: this.at.epoch, offset: this.at.offset } : { epoch, offset: head };
    const end = this.deliveries.add(position.offset, onMessages);
    this.gapListeners.add(onGap);
    this.drain();
    return {
      position,
      end: () => {
        end();
        this.gapListeners.delete(onGap);
      },
    };
  }

  /** A sender here was answered: its message stands at `mark`. */
  answer(mark: Mark): void {
    const { at, answered } = this;
    if (at === null) return;
    const isNewer =
      answered?.epoch !== mark.epoch || answered.replid !== mark.replid || mark.offset > answered.offset;
    if (isNewer) this.answered = mark;
    if (mark.epoch !== at.epoch || mark.replid !== at.replid) void this.catchUp();
  }

  /** Reads the log if nothing was heard since the last time: to be called now and then. */
  lookIfQuiet(): void {
    if (this.isQuiet) void this.catchUp();
    this.isQuiet = true;
  }

  /** A batch came over the channel. */
  hear(batch: Batch): void {
    this.isQuiet = false;
    if (this.waiting.length < MAX_WAITING) this.waiting.push(batch);
    else this.overflowed = true;
    this.drain();
  }

  /** Reads what may have been missed; called when the connection was away. Resolves when that is done or failed. */
  catchUp(): Promise<void> {
    if (this.at === null) return Promise.resolve();
    this.catchingUp ??= this.readOn().then(
      () => {
        this.catchingUp = null;
        this.drain();
        if (this.overflowed) void this.catchUp();
      },
      (error) => {
        this.catchingUp = null;
        // One line a room and try would drown the log; that Redis is away is told once, what it holds now and then.
        this.log.debug("catch_up_failed", { error: messageOf(error) });
        // What was missed is still missing: nothing else may come to remind of it.
        setTimeout(() => void this.catchUp(), RETRY_MS).unref();
      },
    );
    return this.catchingUp;
  }

  private drain(): void {
    while (this.at !== null && this.catchingUp === null) {
      const batch = this.waiting.shift();
      if (batch === undefined) return;
      const { epoch, replid, first, messages } = batch;
      const expected = this.at.offset + 1;
      // Of an earlier Redis it may be a message that is lost, of a later one the log may have lost others.
      const isOther = epoch !== this.at.epoch || replid !== this.at.replid;
      if (isOther || first > expected) void this.catchUp();
      else this.deliver(messages.slice(Math.max(0, expected - first)));
    }
  }

  private async readOn(): Promise<void> {
    this.overflowed = false;
    for (;;) {
      const from: Position = { epoch: this.at!.epoch, offset: this.at!.offset };
      const { epoch, head, messages, complete, replid } = await this.read(this.known, from, PAGE);
      this.at = { ...this.at!, replid };
      if (!complete) {
        const to = { epoch, offset: (messages[0]?.offset ?? head + 1) - 1 };
        this.at = { ...to, replid };
        for (const onGap of this.gapListeners) onGap({ from, to });
        if (from.epoch !== epoch) this.deliveries.restart();
      }
      this.deliver(messages);
      // A page may be short for other reasons than that the log ends.
      if (messages.length === 0 || this.at.offset >= head) return;
    }
  }

  private deliver(messages: readonly ChatMessage[]): void {
    const last = messages.at(-1);
    if (last === undefined) return;
    this.at = { ...this.at!, offset: last.offset };
    this.deliveries.deliver(messages);
  }
}
