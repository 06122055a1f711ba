import { isObject, type JsonObject, parseJson, stringOrNull } from "../lib/json.ts";
import type { ClientFrame, Dialect, OutgoingMessage } from "./dialect.ts";
import { invalid, parseClientObject } from "./json.ts";
import type { MessageId } from "./message.ts";
import { checkMessageId, checkName, checkText, checkTimestamp } from "./text.ts";

/**
 * No subprotocol, `/ws/{room}`: every frame is a message, in both directions, and the sender gets its own back.
 * Whatever a client leaves out (its name, an id, a time) the server fills in.
 */
export const plain: Dialect = {
  name: "plain",

  decodeFromClient(frame) {
    const parsed = parseClientObject(frame);
    return "object" in parsed ? decodeClientObject(parsed.object) : parsed;
  },

  encodeMessage: encode,
  encodeMessages: (messages) => messages.map(encode),
  encodeFromClient: encode,

  decodeFromServer(frame) {
    const value = parseJson(frame);
    if (!isObject(value) || typeof value.text !== "string") return [];
    const { message_id: id, text, sender, sent_at: sentAt, room } = value;
    return [
      {
        type: "message",
        offset: null,
        messageId: checkMessageId(id) === null ? (id as MessageId) : null,
        sender: stringOrNull(sender),
        text,
        sentAt: stringOrNull(sentAt),
        room: stringOrNull(room),
      },
    ];
  },
};

function encode({ messageId, text, sender, sentAt, room }: OutgoingMessage): string {
  return JSON.stringify({ message_id: messageId, text, sender, sent_at: sentAt, room });
}

function decodeClientObject(object: JsonObject): ClientFrame {
  const { message_id: id, text, sender, sent_at: sentAt } = object;
  const problem =
    optional(id, checkMessageId) ??
    checkText(text) ??
    optional(sender, checkSender) ??
    optional(sentAt, checkTimestamp);
  if (problem !== null) return invalid("invalid_message", problem);
  return {
    type: "message",
    messageId: (id as MessageId | undefined) ?? null,
    text: text as string,
    sender: stringOrNull(sender),
    sentAt: stringOrNull(sentAt),
  };
}

function optional(value: unknown, check: (value: unknown) => string | null): string | null {
  return value === undefined || value === null ? null : check(value);
}

function checkSender(value: unknown): string | null {
  return typeof value === "string" ? checkName(value) : "sender must be a string";
}
