import type { ChatMessage, Position } from "../../protocol/message.ts";
import { DEDUPE_WINDOW_MS, type HistoryPage, type Publication, type Published } from "../broker.ts";
import { DedupeWindow, dedupeKey } from "../dedupe.ts";
import { Deliveries } from "../deliveries.ts";
import type { Store, StoredMessage } from "./store.ts";

/** What a commit is about to add to a room; real once the commit has returned. */
export class Draft {
  readonly messages: StoredMessage[] = [];
  private readonly offsets = new Map<string, number>();

  add(stored: StoredMessage): void {
    this.messages.push(stored);
    if (stored.key !== null) this.offsets.set(stored.key, stored.message.offset);
  }

  offsetOf(key: string): number | undefined {
    return this.offsets.get(key);
  }
}

/** What is kept of a room in memory: where it stands, who listens, and which ids were seen lately. */
export class DurableRoom {
  readonly deliveries = new Deliveries();
  lastUsed = 0;
  private id: number | null;
  private head: number;
  /** Everything up to here is gone from the disk. */
  private trimmed = 0;
  /** Where the head stood when; the first is the newest that is older than the dedupe window, if any is. */
  private readonly heads: Array<{ at: number; head: number }> = [];
  private readonly published: DedupeWindow;

  /** Reads where the room stands; one that has no messages yet has no row. */
  constructor(
    readonly name: string,
    private readonly store: Store,
    now: number,
  ) {
    const stored = store.room(name);
    this.id = stored?.id ?? null;
    this.head = stored?.head ?? 0;
    this.published = new DedupeWindow(now);
    if (stored === null) return;
    for (const { key, offset } of store.keys(stored.id, now - DEDUPE_WINDOW_MS))
      this.published.set(key, offset, now);
  }

  get position(): Position {
    return { epoch: this.store.epoch, offset: this.head };
  }

  /** Gives a publication its place after `draft`, or the place that it has already. */
  place(publication: Publication, draft: Draft, now: number): Published {
    const key = dedupeKey(publication);
    const { epoch } = this.store;
    const before = key === null ? undefined : (this.published.get(key, now) ?? draft.offsetOf(key));
    if (before !== undefined) return { epoch, offset: before, duplicate: true };
    const offset = this.head + draft.messages.length + 1;
    const { messageId, sender, text, sentAt } = publication;
    draft.add({
      message: { room: this.name, offset, messageId, sender, text, sentAt },
      key,
      at: Math.floor(now),
    });
    return { epoch, offset, duplicate: false };
  }

  /** Within a commit: writes a draft; the answer is the room's row. */
  write({ messages }: Draft): number {
    const id = this.id ?? this.store.createRoom(this.name);
    for (const stored of messages) this.store.append(id, stored);
    this.store.setHead(id, this.head + messages.length);
    return id;
  }

  /**
   * Within a commit: removes what history no longer holds. What is younger than the dedupe window stays, to be
   * recognised when it is published again. True when there will be more to remove later.
   */
  trim(history: number, now: number): boolean {
    this.heads.push({ at: now, head: this.head });
    while (this.heads.length > 1 && this.heads[1]!.at <= now - DEDUPE_WINDOW_MS) this.heads.shift();
    const [oldest] = this.heads;
    const settled = oldest!.at <= now - DEDUPE_WINDOW_MS ? oldest!.head : 0;
    const last = Math.min(this.head - history, settled);
    if (this.id !== null && last > this.trimmed) this.store.trim(this.id, last);
    this.trimmed = Math.max(this.trimmed, last);
    return this.trimmed < this.head - history;
  }

  /** After the commit: the draft is the log now. Delivers it. */
  accept(id: number, { messages }: Draft, now: number): void {
    this.id = id;
    this.head += messages.length;
    for (const { key, message } of messages) if (key !== null) this.published.set(key, message.offset, now);
    this.deliveries.deliver(messages.map(({ message }) => message));
  }

  /** Messages of this room as `Broker.history` promises; `oldest` is the earliest time that history reaches. */
  page(since: Position | null, limit: number, history: number, oldest: number): HistoryPage {
    const { epoch } = this.store;
    const { head } = this;
    const first = Math.max(1, head - history + 1);
    const known = since !== null && since.epoch === epoch && since.offset <= head;
    const from = since === null ? Math.max(first, head - limit + 1) : known ? since.offset + 1 : 1;
    const messages = this.read(Math.max(from, first), oldest, limit);
    const complete = since === null || (known && (messages[0]?.offset ?? head + 1) === from);
    return { epoch, head, messages, complete };
  }

  private read(from: number, oldest: number, limit: number): ChatMessage[] {
    if (this.id === null || limit === 0 || from > this.head) return [];
    return this.store.messages(this.name, this.id, from, oldest, limit);
  }
}
