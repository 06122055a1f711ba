import type { MessageId } from "../protocol/message.ts";

/** Messages that were sent but not acknowledged, in order. */
export class Outbox {
  private readonly unacked = new Map<number, string>();

  /** Ids count up from `lastId`. */
  constructor(private lastId: number) {}

  get size(): number {
    return this.unacked.size;
  }

  /** Takes a text and gives it its id. */
  add(text: string): number {
    const id = ++this.lastId;
    this.unacked.set(id, text);
    return id;
  }

  textOf(id: MessageId): string | undefined {
    return this.unacked.get(id as number);
  }

  /** Everything to send again after a reconnect, oldest first. */
  entries(): Array<[number, string]> {
    return [...this.unacked];
  }

  /** The server stored it, or refused it for good; false when it was not waiting for that. */
  remove(id: MessageId): boolean {
    return this.unacked.delete(id as number);
  }
}
