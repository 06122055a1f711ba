import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { HistoryPage, Publication, Published } from "../broker.ts";
import { DedupeWindow } from "./dedupe.ts";
import { Ring } from "./ring.ts";

type OnMessages = (messages: readonly ChatMessage[]) => void;

interface Subscriber {
  /** Gets what comes after this offset. */
  after: number;
  onMessages: OnMessages;
}

/** The log of one room in memory. All of it is synchronous, so its order needs no lock. */
export class RoomLog {
  private readonly messages: Ring<ChatMessage>;
  private readonly subscribers = new Set<Subscriber>();
  /** The message on its way to the subscribers, and those published meanwhile out of a delivery. */
  private readonly outgoing: ChatMessage[] = [];
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
    this.outgoing.push(message);
    // Otherwise a delivery further up the stack takes it along, after the one it is busy with.
    if (this.outgoing.length === 1) this.deliver();
    return { epoch: this.epoch, offset, duplicate: false };
  }

  subscribe(onMessages: OnMessages): () => void {
    const subscriber: Subscriber = { after: this.messages.head, onMessages };
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
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

  private deliver(): void {
    for (let message = this.outgoing[0]; message !== undefined; message = this.outgoing[0]) {
      for (const { after, onMessages } of this.subscribers) if (message.offset > after) onMessages([message]);
      this.outgoing.shift();
    }
  }

  private pageOf(from: number, to: number, complete: boolean): HistoryPage {
    const messages = this.messages.slice(from, to);
    return { epoch: this.epoch, head: this.messages.head, messages, complete };
  }
}

/** `1` and `"1"` are two ids, so the type is part of the key. */
function dedupeKey({ session, messageId }: Publication): string | null {
  if (session === null) return null;
  return typeof messageId === "number" ? `${session} ${messageId}` : `${session} "${messageId}`;
}
