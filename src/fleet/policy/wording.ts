import { formatDuration } from "../../lib/format.ts";

/** A time within a sentence: `3000` -> `3 s`, `300000` -> `5 m`. */
export function seconds(ms: number): string {
  return formatDuration(ms).replace(/([a-z]+)$/, " $1");
}
