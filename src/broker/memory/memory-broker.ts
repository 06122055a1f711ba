import type { Clock } from "../../lib/clock.ts";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { Broker, HistoryPage, Publication, Published, Subscription } from "../broker.ts";
import { RoomLog } from "./room-log.ts";

export interface MemoryBrokerOptions {
  /** Messages kept per room. */
  history: number;
  /** How long a message is kept, milliseconds; without it until newer ones push it out. */
  historyTtl?: number | null;
  /** About how much memory the messages of all rooms may take; without it there is no limit. */
  historyBytes?: number;
}

const SWEEP_MS = 10_000;

/** The logs of all rooms in this process's memory: the default, which needs nothing else. */
export class MemoryBroker implements Broker {
  private readonly rooms = new Map<string, RoomLog>();
  /** Those of them that hold messages; the one that was published to the longest time ago comes first. */
  private readonly holding = new Map<string, RoomLog>();
  private bytes = 0;
  readonly problem = null;
  readonly figures = {
    kind: "memory",
    batches: 0,
    batched: 0,
    links: {},
    roundTripMs: null,
    corruptReads: 0,
  } as const;
  private readonly sweeper: Timer;

  constructor(
    private readonly options: MemoryBrokerOptions,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    this.sweeper.unref();
  }

  /** Rooms whose log is held. */
  get size(): number {
    return this.rooms.size;
  }

  // Everything is done before the promise is made: what a caller starts first is ordered first.

  publish(room: string, message: Publication): Promise<Published> {
    const log = this.log(room);
    const published = this.measured(log, () => log.append(message, this.clock.now()));
    this.holding.delete(room);
    if (log.backlog.count > 0) this.holding.set(room, log);
    while (this.bytes > (this.options.historyBytes ?? Number.POSITIVE_INFINITY)) this.evict();
    return Promise.resolve(published);
  }

  subscribe(room: string, onMessages: (messages: readonly ChatMessage[]) => void): Promise<Subscription> {
    const log = this.log(room);
    const end = log.subscribe(onMessages);
    return Promise.resolve({ position: log.position, unsubscribe: () => end(this.clock.now()) });
  }

  history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    const log = this.log(room);
    this.expire(room, log);
    return Promise.resolve(log.page(since, limit));
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    this.rooms.clear();
    this.holding.clear();
  }

  /** Drops what is too old, and forgets rooms that nothing would be lost with; done every ten seconds. */
  sweep(): void {
    for (const [name, log] of this.holding) this.expire(name, log);
    for (const [name, log] of this.rooms) {
      log.forgetIds(this.clock.now());
      this.forgetIfIdle(name, log);
    }
  }

  /** The room in which nothing was said for the longest time gives first. */
  private evict(): void {
    const [name, log] = this.holding.entries().next().value!;
    this.drop(name, log, () => log.backlog.dropOldest());
  }

  private expire(name: string, log: RoomLog): void {
    const { historyTtl } = this.options;
    if (historyTtl == null) return;
    this.drop(name, log, () => log.backlog.dropOlderThan(this.clock.now() - historyTtl));
  }

  private drop(name: string, log: RoomLog, what: () => void): void {
    this.measured(log, what);
    if (log.backlog.count === 0) this.holding.delete(name);
  }

  private forgetIfIdle(name: string, log: RoomLog): void {
    if (log.isIdle(this.clock.now()) && this.rooms.get(name) === log) this.rooms.delete(name);
  }

  private measured<T>(log: RoomLog, change: () => T): T {
    const before = log.backlog.bytes;
    const result = change();
    this.bytes += log.backlog.bytes - before;
    return result;
  }

  private log(room: string): RoomLog {
    let log = this.rooms.get(room);
    if (log === undefined) {
      log = new RoomLog(room, randomId(this.random, 8), this.options.history, this.clock.now());
      this.rooms.set(room, log);
    }
    return log;
  }
}
