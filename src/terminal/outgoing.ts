import { formatBytes } from "../lib/format.ts";
import { native } from "../protocol/native.ts";
import { checkText } from "../protocol/text.ts";

/** No frame around the same text is longer than one with this id. */
const LONGEST_ID = Number.MAX_SAFE_INTEGER;

/**
 * Why a server that takes frames of up to `maxPayload` bytes would refuse `text`, or `null`. Asked before
 * sending: of a frame that was too long a server has not read enough to say which message it was.
 */
export function checkOutgoing(text: string, maxPayload: number): string | null {
  const problem = checkText(text);
  if (problem !== null) return problem;
  const frame = native.encodeFromClient({ messageId: LONGEST_ID, text, room: "", sender: "", sentAt: "" });
  if (Buffer.byteLength(frame) <= maxPayload) return null;
  return `the message is too long: with its envelope it may have ${formatBytes(maxPayload)}`;
}
