import type { Random } from "../lib/random.ts";
import type { MessageId } from "../protocol/message.ts";

/** Messages that were sent but not acknowledged, in order, and those that have not come back. */
export class Outbox {
  private readonly unacked = new Map<MessageId, string>();
  private readonly awaited = new Set<MessageId>();
  private lastId: number;

  /** Ids count up from a random number, so that two clients of one name rarely share one. */
  constructor(random: Random) {
    this.lastId = Math.floor(random() * 2 ** 48);
  }

  get size(): number {
    return this.unacked.size;
  }

  /** Takes a text and gives it its id. */
  add(text: string): MessageId {
    const id = ++this.lastId;
    this.unacked.set(id, text);
    this.awaited.add(id);
    return id;
  }

  textOf(id: MessageId): string | undefined {
    return this.unacked.get(id);
  }

  /** Everything to send again after a reconnect, oldest first. */
  entries(): Array<[MessageId, string]> {
    return [...this.unacked];
  }

  /** The server stored it; false when it was not waiting for that. */
  acknowledge(id: MessageId): boolean {
    return this.unacked.delete(id);
  }

  /** The server refused it for good. */
  drop(id: MessageId): void {
    this.unacked.delete(id);
    this.awaited.delete(id);
  }

  /** A message arrived under this id: was it one of ours, seen for the first time? */
  comesBack(id: MessageId): boolean {
    return this.awaited.delete(id);
  }
}
