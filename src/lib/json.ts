export type JsonObject = Record<string, unknown>;

/** Is this what `{…}` in JSON comes to? Not `null`, and not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
