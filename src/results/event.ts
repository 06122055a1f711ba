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
