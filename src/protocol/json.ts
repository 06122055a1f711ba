import { isObject, type JsonObject, parseJson } from "../lib/json.ts";
import type { InvalidFrame } from "./dialect.ts";
import type { ErrorCode } from "./frames.ts";
import type { MessageId } from "./message.ts";

/** A client's frame as an object, or what was wrong with it. */
export function parseClientObject(frame: string): { object: JsonObject } | InvalidFrame {
  const value = parseJson(frame);
  if (value === undefined) return invalid("invalid_json", "a frame must be valid JSON");
  return isObject(value) ? { object: value } : invalid("invalid_frame", "a frame must be one JSON object");
}

export function invalid(code: ErrorCode, problem: string, messageId: MessageId | null = null): InvalidFrame {
  return { type: "invalid", code, problem, messageId };
}
