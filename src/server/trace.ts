import { hash32 } from "../lib/hash.ts";
import type { Logger } from "../lib/log.ts";
import type { ChatMessage, MessageId } from "../protocol/message.ts";
import { MessageTrace, stamp } from "./message-trace.ts";
import type { OwnMessage } from "./own-messages.ts";

/**
 * Logs the way of some messages through this server, one line each: ids and times, nothing of what was said. Which ones
 * they are is in their ids, so that every server that a message comes by logs it, or none.
 */
export class Trace {
  /** One in so many messages. */
  constructor(
    private readonly oneIn: number,
    private readonly log: Logger,
  ) {}

  wants(messageId: MessageId): boolean {
    return hash32(String(messageId)) % this.oneIn === 0;
  }

  /** A client has sent a message; `null` for one of those that are not logged. */
  begin(messageId: MessageId, connection: string, receivedAt: number): MessageTrace | null {
    if (!this.wants(messageId)) return null;
    return new MessageTrace({ message_id: messageId, connection, received: stamp(receivedAt) }, this.log);
  }

  /** Messages came from the log and went out; `own` are those of them that began here. */
  delivered(
    messages: readonly ChatMessage[],
    own: readonly OwnMessage[],
    heardAt: number,
    sentAt: number,
  ): void {
    for (const { trace } of own) trace?.delivered(heardAt, sentAt);
    const known = new Set(own.map(({ publication }) => publication.messageId));
    for (const { messageId, offset } of messages) {
      if (known.has(messageId) || !this.wants(messageId)) continue;
      const times = { delivered: stamp(heardAt), sent: stamp(sentAt) };
      this.log.info("trace", { message_id: messageId, offset, ...times });
    }
  }
}
