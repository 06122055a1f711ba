import { isObject, parseJson } from "../../protocol/json.ts";
import type { ChatMessage, MessageId } from "../../protocol/message.ts";

/** A message as it stands in the log: [id, sender, text, sent at, stored at in ms]; the scripts read the last. */
export function encodePayload(message: Omit<ChatMessage, "room" | "offset">, storedAt: number): string {
  const { messageId, sender, text, sentAt } = message;
  return JSON.stringify([messageId, sender, text, sentAt, Math.floor(storedAt)]);
}

/** Reads what `encodePayload` wrote; throws on what somebody else put there. */
export function decodePayload(room: string, offset: number, payload: unknown): ChatMessage {
  if (!Array.isArray(payload)) throw new TypeError(`offset ${offset} of a room holds no message of ours`);
  const [messageId, sender, text, sentAt] = payload as [MessageId, string, string, string];
  return { room, offset, messageId, sender, text, sentAt };
}

/** What is published to a room's channel: consecutive messages, the first of which has offset `first`. */
export interface Batch {
  epoch: string;
  /** The replication id of the Redis that stored them. */
  replid: string;
  first: number;
  messages: ChatMessage[];
}

/** Reads what the publish script published; `null` for what is none of ours. */
export function decodeBatch(room: string, text: string): Batch | null {
  const value = parseJson(text);
  if (!isObject(value)) return null;
  const { e: epoch, r: replid, o: first, m: payloads } = value;
  if (typeof epoch !== "string" || typeof replid !== "string") return null;
  if (typeof first !== "number" || !Array.isArray(payloads)) return null;
  const messages = payloads.map((payload, index) => decodePayload(room, first + index, payload));
  return { epoch, replid, first, messages };
}
