import type { RunMeta } from "./run-meta.ts";

/**
 * What a load test records: one event per message sent and one per message received.
 * A message is known by its sender and its id together.
 */
export type ResultEvent = SentEvent | ReceivedEvent;

export interface SentEvent {
  type: "Sent";
  messageId: string;
  senderId: string;
  /** The same as `senderId`. */
  clientId: string;
  /** Microseconds since the Unix epoch. */
  timestampUs: number;
  /** When the open-loop schedule wanted it sent; `null` in files of the older form. */
  scheduledUs: number | null;
}

export interface ReceivedEvent {
  type: "Received";
  messageId: string;
  senderId: string;
  /** The client that received it. */
  clientId: string;
  /** Microseconds since the Unix epoch. */
  timestampUs: number;
}

/**
 * Where a reader of results files puts what it finds, in the order of the file. Plain arguments instead of
 * an object per event: files hold millions of them. The strings may be slices of a larger text, so whoever
 * keeps one copies it first.
 */
export interface EventSink {
  /** The description of the run; called before any event, and only if the file has one. */
  run(meta: RunMeta): void;
  sent(messageId: string, senderId: string, timestampUs: number, scheduledUs: number | null): void;
  received(messageId: string, senderId: string, clientId: string, timestampUs: number): void;
}
