import { isObject, type JsonObject } from "../lib/json.ts";
import type { InvalidFrame } from "./dialect.ts";
import type { ErrorCode } from "./frames.ts";
import type { MessageId } from "./message.ts";

export { isObject, type JsonObject };

/** Parses JSON from a stranger: `undefined` when it is none (which no JSON text can mean). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A client's frame as an object, or what was wrong with it. */
export function parseClientObject(frame: string): { object: JsonObject } | InvalidFrame {
  const value = parseJson(frame);
  if (value === undefined) return invalid("invalid_json", "a frame must be valid JSON");
  return isObject(value) ? { object: value } : invalid("invalid_frame", "a frame must be one JSON object");
}

export function invalid(code: ErrorCode, problem: string, messageId: MessageId | null = null): InvalidFrame {
  return { type: "invalid", code, problem, messageId };
}

/** A string field of an object from a stranger, or `null`. */
export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
