import type { ChatMessage, NewMessage, Position } from "../protocol/message.ts";
import type { BrokerFigures } from "./figures.ts";

/**
 * One ordered log per room. Every implementation keeps these promises; `broker.contract.ts` checks them.
 *
 * - Within an epoch a room has one order: offsets 1, 2, 3 … without holes.
 * - What `publish` resolved is in history until the limits remove it.
 * - A subscriber gets every message after the moment `subscribe` resolved, once and in order, or is told of a gap.
 */
export interface Broker {
  /**
   * Resolves once the message is stored and ordered. A message that was published before by the same session
   * under the same id, within the dedupe window, is not stored again: its first offset is returned and nothing
   * is delivered. Rejects with an `Error` when nothing was stored.
   */
  publish(room: string, message: Publication): Promise<Published>;

  /**
   * `onMessages` is called with one or more messages in offset order. It must not throw. The answer's position
   * is where the log stood: delivery starts with the offset after it. Messages that cannot be delivered any more
   * are never passed over in silence: `onGap` is told between which two positions they were.
   */
  subscribe(
    room: string,
    onMessages: (messages: readonly ChatMessage[]) => void,
    onGap?: (gap: LogGap) => void,
  ): Promise<Subscription>;

  /**
   * With `since`: the messages after it, oldest first. Without: the newest ones. At most `limit` either way.
   */
  history(room: string, since: Position | null, limit: number): Promise<HistoryPage>;

  /** Why publishing or delivering does not work at the moment, or `null`. */
  readonly problem: string | null;

  /** As they are now; cheap to read. */
  readonly figures: BrokerFigures;

  /** Ends all deliveries and frees what is held. Nothing may be called afterwards. */
  close(): Promise<void>;
}

export interface Publication extends NewMessage {
  /** The scope in which `messageId` is unique; `null` when the sender gave none, and nothing is deduped. */
  session: string | null;
}

export interface Published extends Position {
  /** The message had been stored before, and this is its first offset. */
  duplicate: boolean;
}

/** A subscriber had everything up to `from`; what it gets next comes after `to`, perhaps of another epoch. */
export interface LogGap {
  from: Position;
  to: Position;
}

export interface Subscription {
  position: Position;
  unsubscribe(): void;
}

export interface HistoryPage {
  epoch: string;
  /** The newest offset of the log; 0 while it is empty. */
  head: number;
  messages: readonly ChatMessage[];
  /** False when messages after `since` are gone, or `since` belongs to another epoch. */
  complete: boolean;
}

/** How long, at the least, a repeated message is recognised. */
export const DEDUPE_WINDOW_MS = 120_000;
