import { isObject, type JsonObject, parseJson, stringOrNull } from "../lib/json.ts";
import type { ClientFrame, Dialect, ReceivedMessage, ServerEvent } from "./dialect.ts";
import type { ErrorFrame, MessageFrame, ServerFrame, WelcomeFrame } from "./frames.ts";
import { invalid, parseClientObject } from "./json.ts";
import { BATCH_BYTES, DEFAULT_MAX_PAYLOAD } from "./limits.ts";
import type { ChatMessage, MessageId } from "./message.ts";
import { checkMessageId, checkText } from "./text.ts";

/** Subprotocol `scale-chat.v1`: acknowledged, resumable, and told what went wrong. */
export const native: Dialect = {
  name: "native",

  decodeFromClient(frame) {
    const parsed = parseClientObject(frame);
    return "object" in parsed ? decodeClientObject(parsed.object) : parsed;
  },

  encodeMessage: (message) => encodeServerFrame(messageFrame(message)),
  encodeMessages: (messages) => [...batchFrames(messages.map(native.encodeMessage))],

  encodeFromClient: ({ messageId, text }) => JSON.stringify({ type: "message", message_id: messageId, text }),

  decodeFromServer(frame) {
    const value = parseJson(frame);
    const frames = Array.isArray(value) ? value : [value];
    return frames.map(decodeServerObject).filter((event) => event !== null);
  },
};

export const WHO_FRAME = JSON.stringify({ type: "who" });
export const PING_FRAME = JSON.stringify({ type: "ping" });

export function encodeServerFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** The error frame for `messageId`, or for no message in particular. */
export function errorFrame(
  code: ErrorFrame["code"],
  message: string,
  messageId: MessageId | null,
  retryable = false,
): ErrorFrame {
  return {
    type: "error",
    code,
    message,
    ...(messageId === null ? {} : { message_id: messageId }),
    ...(retryable ? { retryable } : {}),
  };
}

/** Encoded frames, in order, in as few WebSocket frames as fit about `BATCH_BYTES` each. */
export function* batchFrames(frames: Iterable<string>): Generator<string> {
  let batch: string[] = [];
  let size = 0;
  for (const frame of frames) {
    const bytes = utf8Length(frame) + 1;
    if (batch.length > 0 && size + bytes > BATCH_BYTES) {
      yield joinBatch(batch);
      batch = [];
      size = 0;
    }
    batch.push(frame);
    size += bytes;
  }
  if (batch.length > 0) yield joinBatch(batch);
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(BATCH_BYTES);

/** The bytes of a text as UTF-8, up to `BATCH_BYTES`: what is longer fills a frame in any case. */
function utf8Length(text: string): number {
  return text.length >= BATCH_BYTES ? text.length : encoder.encodeInto(text, scratch).written;
}

function joinBatch(frames: string[]): string {
  return frames.length === 1 ? frames[0]! : `[${frames.join(",")}]`;
}

function messageFrame(message: ChatMessage): MessageFrame {
  return {
    type: "message",
    offset: message.offset,
    message_id: message.messageId,
    sender: message.sender,
    text: message.text,
    sent_at: message.sentAt,
    room: message.room,
  };
}

function decodeClientObject(object: JsonObject): ClientFrame {
  if (object.type === "who" || object.type === "ping") return { type: object.type };
  if (object.type !== "message") {
    return invalid("invalid_frame", 'type must be "message", "who" or "ping"');
  }
  const { message_id: id, text } = object;
  const idProblem = checkMessageId(id);
  if (idProblem !== null) return invalid("invalid_message", idProblem);
  const problem = checkText(text);
  if (problem !== null) return invalid("invalid_message", problem, id as MessageId);
  return { type: "message", messageId: id as MessageId, text: text as string, sender: null, sentAt: null };
}

function decodeServerObject(value: unknown): ServerEvent | null {
  if (!isObject(value)) return null;
  switch (value.type) {
    case "message":
      return decodeMessage(value);
    case "welcome":
      return decodeWelcome(value);
    case "ack":
      return checkMessageId(value.message_id) === null ? hasFields(value, { offset: "number" }) : null;
    case "presence":
      return isStrings(value.names) ? hasFields(value, { members: "number" }) : null;
    case "redistribute":
      return hasFields(
        { ...value, within_ms: numberOr(value.within_ms, 0) },
        { redirect: "string", reason: "string" },
      );
    case "gap":
      return typeof (value.epoch ?? "") === "string"
        ? hasFields(value, { from: "number", to: "number" })
        : null;
    case "pong":
      return { type: "pong" };
    case "error":
      return checkMessageId(value.message_id ?? 0) === null
        ? hasFields(value, { code: "string", message: "string" })
        : null;
    default:
      // A newer server may say more; what a client does not know, it may ignore.
      return null;
  }
}

function decodeWelcome(value: JsonObject): WelcomeFrame | null {
  const { epoch, offset, name, room, replay, limits } = value;
  if (typeof epoch !== "string" || typeof offset !== "number" || typeof name !== "string") return null;
  return {
    type: "welcome",
    connection_id: stringOrNull(value.connection_id) ?? "",
    server_id: stringOrNull(value.server_id) ?? "",
    room: stringOrNull(room) ?? "",
    name,
    epoch,
    offset,
    replay: typeof replay === "number" ? replay : 0,
    recovered: value.recovered === true,
    limits: {
      max_payload: numberOr(isObject(limits) ? limits.max_payload : undefined, DEFAULT_MAX_PAYLOAD),
      history: numberOr(isObject(limits) ? limits.history : undefined, 0),
    },
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function decodeMessage(value: JsonObject): ReceivedMessage | null {
  const { offset, message_id: id, sender, text, sent_at: sentAt, room } = value;
  if (typeof offset !== "number" || typeof sender !== "string" || typeof text !== "string") return null;
  if (typeof sentAt !== "string" || typeof room !== "string" || checkMessageId(id) !== null) return null;
  return { type: "message", offset, messageId: id as MessageId, sender, text, sentAt, room };
}

/** A list of strings, or nothing at all. */
function isStrings(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

/** The frame itself when its fields have these types: what the program relies on, no more. */
function hasFields(value: JsonObject, fields: Record<string, "string" | "number">): ServerEvent | null {
  const fits = Object.entries(fields).every(([field, type]) => typeof value[field] === type);
  return fits ? (value as unknown as ServerEvent) : null;
}
