import { native } from "../protocol/native.ts";

/** No frame around the same text is longer than one with this id. */
const LONGEST_ID = Number.MAX_SAFE_INTEGER;

/** Bytes of the largest native frame that can carry `text`, to hold against a server's `max_payload`. */
export function frameSize(text: string): number {
  const message = { messageId: LONGEST_ID, text, room: "", sender: "", sentAt: "" };
  return new TextEncoder().encode(native.encodeFromClient(message)).length;
}
