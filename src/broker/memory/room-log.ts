import type { ChatMessage, Position } from "../../protocol/message.ts";
import { DEDUPE_WINDOW_MS, type HistoryPage, type Publication, type Published } from "../broker.ts";
import { DedupeWindow, dedupeKey } from "../dedupe.ts";
import { Deliveries } from "../deliveries.ts";
import { Backlog } from "./backlog.ts";

/** A room in which nothing was ever said has nothing but its epoch to lose. */
const SILENT_LINGER_MS = 30_000;

/** The log of one room in memory. All of it is synchronous, so its order needs no lock. */
export class RoomLog {
  readonly backlog = new Backlog();
  private readonly deliveries = new Deliveries();
  private readonly published: DedupeWindow;
  private lastUsed: number;

  /** `capacity` is how many messages are kept. */
  constructor(
    private readonly room: string,
    private readonly epoch: string,
    private readonly capacity: number,
    now: number,
  ) {
    this.published = new DedupeWindow(now);
    this.lastUsed = now;
  }

  get position(): Position {
    return { epoch: this.epoch, offset: this.backlog.head };
  }

  append(publication: Publication, now: number): Published {
    const key = dedupeKey(publication);
    const before = key === null ? undefined : this.published.get(key, now);
    if (before !== undefined) return { epoch: this.epoch, offset: before, duplicate: true };

    const { messageId, sender, text, sentAt } = publication;
    const offset = this.backlog.head + 1;
    const message: ChatMessage = { room: this.room, offset, messageId, sender, text, sentAt };
    this.backlog.push(message, now);
    if (this.backlog.count > this.capacity) this.backlog.dropOldest();
    if (key !== null) this.published.set(key, offset, now);
    this.lastUsed = now;
    this.deliveries.deliver([message]);
    return { epoch: this.epoch, offset, duplicate: false };
  }

  subscribe(onMessages: (messages: readonly ChatMessage[]) => void): (now: number) => void {
    const end = this.deliveries.add(this.backlog.head, onMessages);
    return (now) => {
      end();
      this.lastUsed = now;
    };
  }

  page(since: Position | null, limit: number): HistoryPage {
    const { head, first } = this.backlog;
    if (since === null) {
      return this.pageOf(head - limit + 1, head, true);
    }
    const known = since.epoch === this.epoch && since.offset <= head;
    const from = known ? since.offset + 1 : 1;
    return this.pageOf(Math.max(from, first), Math.max(from, first) + limit - 1, known && from >= first);
  }

  /** Frees the ids that need not be recognised any more, in a room where nothing is said. */
  forgetIds(now: number): void {
    this.published.age(now);
  }

  /**
   * Nobody listens, nothing is held, and nobody is expected back: nothing would be lost with this log. A client
   * that lost its connection for a moment would otherwise find another epoch, and be told of a gap.
   */
  isIdle(now: number): boolean {
    const lingerMs = this.backlog.head === 0 ? SILENT_LINGER_MS : 2 * DEDUPE_WINDOW_MS;
    return this.deliveries.isEmpty && this.backlog.count === 0 && now - this.lastUsed > lingerMs;
  }

  private pageOf(from: number, to: number, complete: boolean): HistoryPage {
    const messages = this.backlog.slice(from, to);
    return { epoch: this.epoch, head: this.backlog.head, messages, complete };
  }
}
