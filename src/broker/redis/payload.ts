import { isObject, parseJson } from "../../lib/json.ts";
import type { ChatMessage, MessageId } from "../../protocol/message.ts";
import { checkMessageId } from "../../protocol/text.ts";

/** A message as it stands in the log: [id, sender, text, sent at, stored at in ms]; the scripts read the last. */
export function encodePayload(message: Omit<ChatMessage, "room" | "offset">, storedAt: number): string {
  const { messageId, sender, text, sentAt } = message;
  return JSON.stringify([messageId, sender, text, sentAt, Math.floor(storedAt)]);
}

/** What stands in a log at `offset` is no message of ours. */
export class CorruptEntry extends Error {
  constructor(readonly offset: number) {
    super(`offset ${offset} of a room holds no message of ours`);
  }
}

/** Reads an entry of the log; throws `CorruptEntry` on what somebody else put there. */
export function decodeEntry(room: string, offset: number, text: string): ChatMessage {
  return decodePayload(room, offset, parseJson(text));
}

/** Reads what `encodePayload` wrote, out of its JSON; throws `CorruptEntry` on what somebody else put there. */
export function decodePayload(room: string, offset: number, payload: unknown): ChatMessage {
  const [messageId, sender, text, sentAt] = Array.isArray(payload) ? payload : [];
  const isOurs = checkMessageId(messageId) === null && [sender, text, sentAt].every(isText);
  if (!isOurs) throw new CorruptEntry(offset);
  return { room, offset, messageId: messageId as MessageId, sender, text, sentAt };
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
  if (!Number.isSafeInteger(first) || Number(first) < 1 || !Array.isArray(payloads)) return null;
  const from = Number(first);
  const messages = payloads.map((payload, index) => decodePayload(room, from + index, payload));
  return { epoch, replid, first: from, messages };
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
