import type { ChatMessage, Position } from "../../protocol/message.ts";
import { DEDUPE_WINDOW_MS, type HistoryPage, type Publication, type Published } from "../broker.ts";
import { DedupeWindow, dedupeKey } from "../dedupe.ts";
import { Deliveries } from "../deliveries.ts";
import type { Store, StoredMessage } from "./store.ts";

/** What a commit is about to make of a room; real once the commit has returned. */
export interface RoomDraft {
  room: DurableRoom;
  messages: StoredMessage[];
}

/** What is kept of a room in memory: where it stands, who listens, and which ids were seen lately. */
export class DurableRoom {
  readonly deliveries = new Deliveries();
  lastUsed = 0;
  private id: number | null;
  private head: number;
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
  place(publication: Publication, draft: StoredMessage[], now: number): Published {
    const key = dedupeKey(publication);
    const { epoch } = this.store;
    const before = key === null ? undefined : this.offsetOf(key, draft, now);
    if (before !== undefined) return { epoch, offset: before, duplicate: true };
    const offset = this.head + draft.length + 1;
    const { messageId, sender, text, sentAt } = publication;
    draft.push({
      message: { room: this.name, offset, messageId, sender, text, sentAt },
      key,
      at: Math.floor(now),
    });
    return { epoch, offset, duplicate: false };
  }

  /** Within a commit: writes a draft, and removes what history no longer holds. */
  write(draft: StoredMessage[], history: number, now: number): number {
    const id = this.id ?? this.store.createRoom(this.name);
    for (const stored of draft) this.store.append(id, stored);
    const head = this.head + draft.length;
    this.store.setHead(id, head);
    // Out of history, but within the window: still needed to recognise it when it is published again.
    this.store.trim(id, head - history, Math.floor(now - DEDUPE_WINDOW_MS));
    return id;
  }

  /** After the commit: the draft is the log now. Delivers it. */
  accept(id: number, draft: StoredMessage[], now: number): void {
    this.id = id;
    this.head += draft.length;
    for (const { key, message } of draft) if (key !== null) this.published.set(key, message.offset, now);
    this.deliveries.deliver(draft.map(({ message }) => message));
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

  private offsetOf(key: string, draft: StoredMessage[], now: number): number | undefined {
    return this.published.get(key, now) ?? draft.find((stored) => stored.key === key)?.message.offset;
  }
}
