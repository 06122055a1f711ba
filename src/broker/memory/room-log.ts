import type { ChatMessage, Position } from "../../protocol/message.ts";
import { DEDUPE_WINDOW_MS, type HistoryPage, type Publication, type Published } from "../broker.ts";
import { DedupeWindow, dedupeKey } from "../dedupe.ts";
import { Deliveries } from "../deliveries.ts";
import { Backlog } from "./backlog.ts";

/** The log of one room in memory. All of it is synchronous, so its order needs no lock. */
export class RoomLog {
  readonly backlog = new Backlog();
  private readonly deliveries = new Deliveries();
  private readonly published: DedupeWindow;
  private lastPublish = Number.NEGATIVE_INFINITY;

  /** `capacity` is how many messages are kept. */
  constructor(
    private readonly room: string,
    private readonly epoch: string,
    private readonly capacity: number,
    now: number,
  ) {
    this.published = new DedupeWindow(now);
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
    this.lastPublish = now;
    this.deliveries.deliver([message]);
    return { epoch: this.epoch, offset, duplicate: false };
  }

  subscribe(onMessages: (messages: readonly ChatMessage[]) => void): () => void {
    return this.deliveries.add(this.backlog.head, onMessages);
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

  /** Nobody listens, nothing is held, and no id has to be recognised: nothing would be lost with this log. */
  isIdle(now: number): boolean {
    return (
      this.deliveries.isEmpty && this.backlog.count === 0 && now - this.lastPublish > 2 * DEDUPE_WINDOW_MS
    );
  }

  private pageOf(from: number, to: number, complete: boolean): HistoryPage {
    const messages = this.backlog.slice(from, to);
    return { epoch: this.epoch, head: this.backlog.head, messages, complete };
  }
}
