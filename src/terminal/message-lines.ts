import type { RoomMessage } from "../client/connection.ts";
import { escapeDangerous, excerpt, sanitise } from "../lib/sanitise.ts";
import { MAX_NAME_LENGTH } from "../protocol/limits.ts";

/** How a message is written where no editor is: for scripts and files. */
export type MessageLine = (message: RoomMessage, room: string) => string;

export const plainLine: MessageLine = ({ sender, text }) => `${cleanName(sender)}: ${sanitise(text)}`;

/** One JSON object, its fields stable. Dangerous characters stand escaped in it, so nothing is lost. */
export const jsonLine: MessageLine = (message, room) =>
  escapeDangerous(
    JSON.stringify({
      type: "message",
      offset: message.offset,
      message_id: message.messageId,
      sender: message.sender,
      text: message.text,
      sent_at: message.sentAt,
      room,
      own: message.own,
      history: message.history,
    }),
  );

/** A name that can be shown: on one line, without control characters, not longer than a name may be. */
export function cleanName(name: string): string {
  return excerpt(name, MAX_NAME_LENGTH).trim() || "?";
}
