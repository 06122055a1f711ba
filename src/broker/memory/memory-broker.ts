import type { Clock } from "../../lib/clock.ts";
import { type Random, randomId } from "../../lib/random.ts";
import type { ChatMessage, Position } from "../../protocol/message.ts";
import type { Broker, HistoryPage, Publication, Published, Subscription } from "../broker.ts";
import { RoomLog } from "./room-log.ts";

export interface MemoryBrokerOptions {
  /** Messages kept per room. */
  history: number;
}

/** The logs of all rooms in this process's memory: the default, which needs nothing else. */
export class MemoryBroker implements Broker {
  private readonly rooms = new Map<string, RoomLog>();

  constructor(
    private readonly options: MemoryBrokerOptions,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  // Everything is done before the promise is made: what a caller starts first is ordered first.

  publish(room: string, message: Publication): Promise<Published> {
    return Promise.resolve(this.log(room).append(message, this.clock.now()));
  }

  subscribe(room: string, onMessages: (messages: readonly ChatMessage[]) => void): Promise<Subscription> {
    const log = this.log(room);
    const unsubscribe = log.subscribe(onMessages);
    return Promise.resolve({ position: log.position, unsubscribe });
  }

  history(room: string, since: Position | null, limit: number): Promise<HistoryPage> {
    return Promise.resolve(this.log(room).page(since, limit));
  }

  async close(): Promise<void> {
    this.rooms.clear();
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
