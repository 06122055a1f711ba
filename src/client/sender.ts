import type { ErrorFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import { native } from "../protocol/native.ts";
import { Outbox } from "./outbox.ts";

/** A server that could not store a message is asked again after this long. */
const RETRY_MS = 1000;

/**
 * The sending side of a connection: sends each text until it is acknowledged, in order, under the same id, over any
 * number of sockets.
 */
export class Sender {
  private readonly outbox: Outbox;
  private online = false;
  /** Runs while what the server could not store waits to be sent again. */
  private retryTimer: ReturnType<typeof setTimeout> | null = null;

  /** Message ids count up from `lastId`; `via` sends a frame on the connection of the moment. */
  constructor(
    lastId: number,
    private readonly via: { transmit(frame: string): void },
  ) {
    this.outbox = new Outbox(lastId);
  }

  /** Messages that the server has not acknowledged. */
  get unacked(): number {
    return this.outbox.size;
  }

  /** Sends a text, now or as soon as there is a connection. */
  send(text: string): number {
    const id = this.outbox.add(text);
    // What the server could not store goes first.
    if (this.online && this.retryTimer === null) this.transmitOne(id, text);
    return id;
  }

  /** There is a connection, or another one: what was not acknowledged is sent on it. */
  start(): void {
    this.online = true;
    this.cancelRetry();
    for (const [id, text] of this.outbox.entries()) this.transmitOne(id, text);
  }

  /** There is no connection. */
  stop(): void {
    this.online = false;
    this.cancelRetry();
  }

  /** The server stored it; false when that is known already. */
  acknowledge(id: MessageId): boolean {
    return this.outbox.remove(id);
  }

  /** The server complains: answers with the text that it refused for good, or `null` when it was not about one. */
  complaint(error: ErrorFrame): string | null {
    const id = error.message_id;
    const text = id === undefined ? undefined : this.outbox.textOf(id);
    if (id === undefined || text === undefined) return null;
    if (error.retryable) {
      this.retryTimer ??= setTimeout(() => this.start(), RETRY_MS);
      return null;
    }
    this.outbox.remove(id);
    return text;
  }

  private transmitOne(messageId: MessageId, text: string): void {
    // The server knows the rest.
    this.via.transmit(native.encodeFromClient({ messageId, text, room: "", sender: "", sentAt: "" }));
  }

  private cancelRetry(): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }
}
