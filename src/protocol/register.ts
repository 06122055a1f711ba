import { isObject, type JsonObject, parseJson, stringOrNull } from "../lib/json.ts";
import type { ClientFrame, Dialect } from "./dialect.ts";
import { invalid, parseClientObject } from "./json.ts";
import type { ChatMessage } from "./message.ts";
import { checkRoom, checkText } from "./text.ts";

/** No subprotocol, path `/`: the first frame names the room, and a message is nothing but its text. */
export const register: Dialect = {
  name: "register",

  decodeFromClient(frame) {
    const parsed = parseClientObject(frame);
    return "object" in parsed ? decodeClientObject(parsed.object) : parsed;
  },

  encodeMessage,
  encodeMessages: (messages) => messages.map(encodeMessage),

  encodeFromClient: ({ text }) => JSON.stringify({ type: "chat", payload: { message: text } }),

  decodeFromServer(frame) {
    const value = parseJson(frame);
    if (!isObject(value)) return [];
    if (typeof value.message === "string") return [textOnly(value.message)];
    if (value.type === "welcome") return [{ type: "connected" }];
    const { payload } = value;
    if (value.type === "redistribute" && isObject(payload) && typeof payload.redirect === "string") {
      const { redirect, reason } = payload;
      return [{ type: "redistribute", redirect, reason: stringOrNull(reason) ?? "", within_ms: 0 }];
    }
    return [];
  },
};

/** The frame by which a client of this dialect chooses its room. */
export function registerFrame(room: string): string {
  return JSON.stringify({ type: "register", payload: { chatId: room } });
}

/** Tells a client of this dialect where to go on. */
export function registerRedistribute(reason: string, redirect: string): string {
  return JSON.stringify({ type: "redistribute", payload: { reason, redirect } });
}

/** The greeting of this dialect; `time` is ISO 8601. */
export function registerWelcome(time: string): string {
  return JSON.stringify({ type: "welcome", connected_at: time });
}

function encodeMessage({ text }: ChatMessage): string {
  return JSON.stringify({ message: text });
}

function textOnly(text: string) {
  return {
    type: "message",
    text,
    offset: null,
    messageId: null,
    sender: null,
    sentAt: null,
    room: null,
  } as const;
}

function decodeClientObject(object: JsonObject): ClientFrame {
  const { type, payload } = object;
  if ((type !== "register" && type !== "chat") || !isObject(payload)) {
    return invalid("invalid_frame", 'type must be "register" or "chat", with an object as payload');
  }
  if (type === "register") {
    const { chatId } = payload;
    if (typeof chatId !== "string") return invalid("invalid_frame", "payload.chatId must be a string");
    const problem = checkRoom(chatId);
    return problem === null ? { type: "register", room: chatId } : invalid("invalid_frame", problem);
  }
  const problem = checkText(payload.message);
  if (problem !== null) return invalid("invalid_message", problem);
  const text = payload.message as string;
  return { type: "message", text, messageId: null, sender: null, sentAt: null };
}
