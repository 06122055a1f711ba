import type { ReceivedMessage } from "../../protocol/dialect.ts";

/**
 * How a message is recognised when it comes back. Where the dialect carries the sender and an id, those are
 * used; the register dialect carries nothing but text, so there both stand at the start of the text.
 */
export interface MessageKey {
  sender: string;
  sequence: number;
}

/** The shortest text in which an identity fits: `{run}.{room}.{member} {sequence} `. */
export const MIN_TEXT_WITH_IDENTITY = 32;

const IN_TEXT = /^(\S{1,31}) (\d{1,15}) /;

export function textWithIdentity({ sender, sequence }: MessageKey, filler: string): string {
  const head = `${sender} ${sequence} `;
  return head + filler.slice(head.length);
}

/** Who sent a message and the how-manieth it was, or `null` when it is none of a load test's. */
export function keyOf(message: ReceivedMessage): MessageKey | null {
  const { sender, messageId } = message;
  if (sender !== null && typeof messageId === "number") return { sender, sequence: messageId };
  const match = IN_TEXT.exec(message.text);
  return match === null ? null : { sender: match[1]!, sequence: Number(match[2]) };
}
