import type { ReceivedMessage, ServerEvent } from "../protocol/dialect.ts";
import { native } from "../protocol/native.ts";

/** What a frame of the server holds. */
export interface DecodedFrame {
  readonly events: readonly ServerEvent[];
  /** The same, when it is nothing but messages whose offsets follow one another. */
  readonly batch: MessageBatch | null;
}

/** Messages of one frame, in order and without a hole. */
export interface MessageBatch {
  /** Offset of the first and of the last one. */
  readonly first: number;
  readonly last: number;
  readonly messages: readonly ReceivedMessage[];
}

/** Understands a frame of the native dialect. */
export function decodeFrame(frame: string): DecodedFrame {
  const events = native.decodeFromServer(frame);
  return { events, batch: batchOf(events) };
}

function batchOf(events: readonly ServerEvent[]): MessageBatch | null {
  const messages = events.filter((event) => event.type === "message");
  const first = messages[0]?.offset ?? null;
  if (first === null || messages.length < events.length) return null;
  if (!messages.every(({ offset }, index) => offset === first + index)) return null;
  return { first, last: first + messages.length - 1, messages };
}
