import type { RunMeta } from "./run-meta.ts";

/**
 * Where a reader of results files puts what a load test recorded, in the order of the file: one event per message
 * sent and one per message received. A message is known by its sender and its id together. Times are microseconds
 * since the Unix epoch. Plain arguments instead of an object per event: files hold millions of them. The strings
 * may be slices of a larger text, so whoever keeps one copies it first.
 */
export interface EventSink {
  /** The description of the run; called before any event, and only if the file has one. */
  run(meta: RunMeta): void;
  /** `scheduledUs`: when the open-loop schedule wanted it sent; `null` in files of the older form. */
  sent(messageId: string, senderId: string, timestampUs: number, scheduledUs: number | null): void;
  /** `clientId`: the client that received it. */
  received(messageId: string, senderId: string, clientId: string, timestampUs: number): void;
}
