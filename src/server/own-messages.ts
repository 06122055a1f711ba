import type { Publication } from "../broker/broker.ts";
import type { ChatMessage } from "../protocol/message.ts";
import type { MessageTrace } from "./message-trace.ts";

/** A message of a client of this server that is on its way through the log. Times in milliseconds since the epoch. */
export interface OwnMessage {
  readonly publication: Publication;
  /** The connection that it came over. */
  readonly connection: string;
  readonly receivedAt: number;
  /** Its place, once the log has told it. */
  offset: number | null;
  /** Where its way is logged. */
  readonly trace: MessageTrace | null;
}

/**
 * The messages of this server's clients that one room waits for. What a server publishes in a room comes back in that
 * order, with those of other servers in between: so whatever comes is compared with the first that is waited for.
 */
export class OwnMessages {
  private readonly waiting: OwnMessage[] = [];

  /** When the oldest of them was received; `null` while nothing is waited for. */
  get oldest(): number | null {
    return this.waiting[0]?.receivedAt ?? null;
  }

  add(message: OwnMessage): void {
    this.waiting.push(message);
  }

  /** It was not stored, or had been before: it will not come. */
  drop(message: OwnMessage): void {
    const place = this.waiting.indexOf(message);
    if (place >= 0) this.waiting.splice(place, 1);
  }

  /** Part of the log was passed over, and with it perhaps some of them. */
  clear(): void {
    this.waiting.length = 0;
  }

  /** Those that have come back as one of these; they are waited for no more. */
  takeFrom(messages: readonly ChatMessage[]): OwnMessage[] {
    const taken: OwnMessage[] = [];
    for (const message of messages) {
      const own = this.take(message);
      if (own !== undefined) taken.push(own);
    }
    return taken;
  }

  /** The own message that has come back as this one, which is waited for no more; `undefined` for one of another server. */
  take(message: ChatMessage): OwnMessage | undefined {
    const { waiting } = this;
    // Its place has gone by: it came without being recognised.
    while (waiting.length > 0 && (waiting[0]!.offset ?? message.offset) < message.offset) waiting.shift();
    const [first] = waiting;
    if (first === undefined || !isSame(first.publication, message)) return undefined;
    return waiting.shift();
  }
}

function isSame(a: Publication, b: ChatMessage): boolean {
  return a.messageId === b.messageId && a.sentAt === b.sentAt && a.sender === b.sender;
}
