import type { ReceivedMessage } from "../../protocol/dialect.ts";

/** A message as the native dialect brings it. */
export function fakeMessage(sender: string, sequence: number): ReceivedMessage {
  const offset = sequence;
  return { type: "message", offset, messageId: sequence, sender, text: "hello", sentAt: "", room: "r" };
}
