import type { ChatMessage } from "../protocol/message.ts";

type OnMessages = (messages: readonly ChatMessage[]) => void;

interface Subscriber {
  /** Gets what comes after this offset. */
  after: number;
  onMessages: OnMessages;
}

/** The subscribers of one room, each of which hears everything after it subscribed, once and in order. */
export class Deliveries {
  private readonly subscribers = new Set<Subscriber>();
  /** The batch on its way to the subscribers, and those published meanwhile out of a delivery. */
  private readonly outgoing: Array<readonly ChatMessage[]> = [];

  get isEmpty(): boolean {
    return this.subscribers.size === 0;
  }

  /** Adds a subscriber to what comes after offset `after`; call the answer to end it. */
  add(after: number, onMessages: OnMessages): () => void {
    const subscriber: Subscriber = { after, onMessages };
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** Offsets start again: everyone gets everything from here on. */
  restart(): void {
    for (const subscriber of this.subscribers) subscriber.after = 0;
  }

  /** Delivers messages with ascending offsets, at once, or after the delivery that this was called out of. */
  deliver(messages: readonly ChatMessage[]): void {
    this.outgoing.push(messages);
    if (this.outgoing.length > 1) return;
    for (let batch = this.outgoing[0]; batch !== undefined; batch = this.outgoing[0]) {
      for (const { after, onMessages } of this.subscribers) {
        const due = batch[0]!.offset > after ? batch : batch.filter(({ offset }) => offset > after);
        if (due.length > 0) onMessages(due);
      }
      this.outgoing.shift();
    }
  }
}
