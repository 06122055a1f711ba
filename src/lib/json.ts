export type JsonObject = Record<string, unknown>;

/** Is this what `{…}` in JSON comes to? Not `null`, and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON from a stranger: `undefined` when it is none (which no JSON text can mean). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A string field of an object from a stranger, or `null`. */
export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
