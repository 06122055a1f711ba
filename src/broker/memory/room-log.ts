import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { HistoryPage, Publication, Published } from "../broker.ts";
import { DedupeWindow, dedupeKey } from "../dedupe.ts";
import { Deliveries } from "../deliveries.ts";
import { Ring } from "./ring.ts";

/** The log of one room in memory. All of it is synchronous, so its order needs no lock. */
export class RoomLog {
  private readonly messages: Ring<ChatMessage>;
  private readonly deliveries = new Deliveries();
  private readonly published: DedupeWindow;

  constructor(
    private readonly room: string,
    private readonly epoch: string,
    capacity: number,
    now: number,
  ) {
    this.messages = new Ring(capacity);
    this.published = new DedupeWindow(now);
  }

  get position(): Position {
    return { epoch: this.epoch, offset: this.messages.head };
  }

  append(publication: Publication, now: number): Published {
    const key = dedupeKey(publication);
    const before = key === null ? undefined : this.published.get(key, now);
    if (before !== undefined) return { epoch: this.epoch, offset: before, duplicate: true };

    const { messageId, sender, text, sentAt } = publication;
    const offset = this.messages.head + 1;
    const message: ChatMessage = { room: this.room, offset, messageId, sender, text, sentAt };
    this.messages.push(message);
    if (key !== null) this.published.set(key, offset, now);
    this.deliveries.deliver([message]);
    return { epoch: this.epoch, offset, duplicate: false };
  }

  subscribe(onMessages: (messages: readonly ChatMessage[]) => void): () => void {
    return this.deliveries.add(this.messages.head, onMessages);
  }

  page(since: Position | null, limit: number): HistoryPage {
    const { head, first } = this.messages;
    if (since === null) {
      return this.pageOf(head - limit + 1, head, true);
    }
    const known = since.epoch === this.epoch && since.offset <= head;
    const from = known ? since.offset + 1 : 1;
    return this.pageOf(Math.max(from, first), Math.max(from, first) + limit - 1, known && from >= first);
  }

  private pageOf(from: number, to: number, complete: boolean): HistoryPage {
    const messages = this.messages.slice(from, to);
    return { epoch: this.epoch, head: this.messages.head, messages, complete };
  }
}
