import { frameSize } from "../client/frame-size.ts";
import { formatBytes } from "../lib/format.ts";
import { checkText } from "../protocol/text.ts";

/**
 * Why a server that takes frames of up to `maxPayload` bytes would refuse `text`, or `null`. Asked before
 * sending: of a frame that was too long a server has not read enough to say which message it was.
 */
export function checkOutgoing(text: string, maxPayload: number): string | null {
  const problem = checkText(text);
  if (problem !== null) return problem;
  if (frameSize(text) <= maxPayload) return null;
  return `the message is too long: with its envelope it may have ${formatBytes(maxPayload)}`;
}
