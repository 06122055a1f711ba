import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import {
  type Broker,
  DEDUPE_WINDOW_MS,
  type HistoryPage,
  type Publication,
  type Published,
  type Subscription,
} from "../broker.ts";
import { BatchCount, type BrokerFigures } from "../figures.ts";
import { Draft, DurableRoom } from "./durable-room.ts";
import type { Store } from "./store.ts";

export interface DurableBrokerOptions {
  /** Messages kept per room. */
  history: number;
  /** How long a message is kept, milliseconds; `null`: until newer ones push it out. */
  historyTtl: number | null;
}

interface Waiting {
  room: DurableRoom;
  publication: Publication;
  resolve: (published: Published) => void;
  reject: (error: unknown) => void;
}

/** Small removals often: a large one would hold up everyone's messages. */
const TEND_MS = 1000;
const FORGET_MS = 60_000;

/**
 * The logs of all rooms in one SQLite file. What is published within one turn of the event loop is one commit
 * (group commit), and only what is committed is delivered and acknowledged: no client ever saw a message that a
 * restart has forgotten.
 */
export class DurableBroker implements Broker {
  private readonly rooms = new Map<string, DurableRoom>();
  private waiting: Waiting[] = [];
  /** Rooms that have more on disk than history holds. */
  private readonly overfull = new Set<DurableRoom>();
  /** Why the newest commit failed, until one succeeds. */
  private refusal: string | null = null;
  private isInPlace = true;
  private readonly commits = new BatchCount();
  private readonly timers: Timer[];

  constructor(
    private readonly store: Store,
    private readonly options: DurableBrokerOptions,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    this.timers = [setInterval(() => this.tend(), TEND_MS), setInterval(() => this.forget(), FORGET_MS)];
    for (const timer of this.timers) timer.unref();
  }

  get problem(): string | null {
    if (this.refusal !== null) return `messages cannot be stored: ${this.refusal}`;
    return this.isInPlace
      ? null
      : "the file of the messages was deleted or replaced: a restart will not find them";
  }

  get figures(): BrokerFigures {
    const { batches, batched } = this.commits;
    return { kind: "file", batches, batched, links: {}, roundTripMs: null, corruptReads: 0 };
  }

  async publish(room: string, publication: Publication): Promise<Published> {
    const place = this.room(room);
    return new Promise((resolve, reject) => {
      this.waiting.push({ room: place, publication, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  async subscribe(
    room: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
  ): Promise<Subscription> {
    const { position, deliveries } = this.room(room);
    return { position, unsubscribe: deliveries.add(position.offset, onMessages) };
  }

  async history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    const { history, historyTtl } = this.options;
    const oldest = historyTtl === null ? 0 : Math.ceil(this.clock.now() - historyTtl);
    return this.room(room).page(since, limit, history, oldest);
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.flush();
    this.store.close();
  }

  /** What is done every second: trims, looks for its file, and asks a disk that refused a commit whether it takes one by now. */
  tend(): void {
    this.trim();
    this.lookForFile();
    if (this.refusal === null) return;
    try {
      this.store.probe();
      this.refusal = null;
    } catch (error) {
      this.refusal = messageOf(error);
    }
  }

  private lookForFile(): void {
    const { isInPlace } = this.store;
    if (!isInPlace && this.isInPlace) {
      this.log.error("log_file_gone", { advice: "what is stored from now on is lost at the next restart" });
    }
    this.isInPlace = isInPlace;
  }

  /** Removes from the disk what history no longer reaches. */
  private trim(): void {
    const { history, historyTtl } = this.options;
    const now = this.clock.now();
    try {
      this.store.commit(() => {
        for (const room of this.overfull) if (!room.trim(history, now)) this.overfull.delete(room);
        if (historyTtl !== null)
          this.store.trimOlderThan(Math.floor(now - Math.max(historyTtl, DEDUPE_WINDOW_MS)));
      });
    } catch (error) {
      // What could not be removed now is removed later; nothing depends on it.
      this.log.error("trim_failed", { error: messageOf(error) });
    }
  }

  /** Commits everything that waits, as one transaction, then delivers and answers. */
  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const now = this.clock.now();
    const drafts = new Map<DurableRoom, Draft>();
    const ids = new Map<DurableRoom, number>();
    let placed: Published[];
    try {
      placed = batch.map(({ room, publication }) => room.place(publication, draftOf(drafts, room), now));
      this.store.commit(() => {
        for (const [room, draft] of drafts) {
          if (draft.messages.length > 0) ids.set(room, room.write(draft));
        }
      });
    } catch (error) {
      this.refusal = messageOf(error);
      this.log.error("commit_failed", { messages: batch.length, error: this.refusal });
      for (const { reject } of batch) reject(error);
      return;
    }
    this.refusal = null;
    this.commits.add(batch.length);
    for (const [room, id] of ids) {
      this.overfull.add(room);
      room.accept(id, drafts.get(room)!, now);
    }
    batch.forEach(({ resolve }, index) => {
      resolve(placed[index]!);
    });
  }

  /** Forgets rooms that nobody uses; the disk remembers them. */
  private forget(): void {
    const longAgo = this.clock.now() - DEDUPE_WINDOW_MS;
    for (const [name, room] of this.rooms) {
      if (room.deliveries.isEmpty && room.lastUsed < longAgo && !this.overfull.has(room))
        this.rooms.delete(name);
    }
  }

  private room(name: string): DurableRoom {
    const now = this.clock.now();
    let room = this.rooms.get(name);
    if (room === undefined) {
      room = new DurableRoom(name, this.store, now);
      this.rooms.set(name, room);
    }
    // Also keeps the sweeper away from a room that has something waiting.
    room.lastUsed = now;
    return room;
  }
}

function draftOf(drafts: Map<DurableRoom, Draft>, room: DurableRoom): Draft {
  let draft = drafts.get(room);
  if (draft === undefined) {
    draft = new Draft();
    drafts.set(room, draft);
  }
  return draft;
}
