/** A part of a file, in bytes: the lines that begin in it. */
export interface ByteRange {
  from: number;
  to: number;
}

/** Below this a part is read faster than another process has started. */
const LEAST_BYTES = 32 * 1024 * 1024;

/** Splits a range into equal parts, one for each of at most `processes` processes. */
export function splitRange(
  { from, to }: ByteRange,
  processes: number,
  leastBytes = LEAST_BYTES,
): ByteRange[] {
  const count = Math.max(1, Math.min(processes, Math.floor((to - from) / leastBytes)));
  const bound = (i: number) => from + Math.round(((to - from) * i) / count);
  return Array.from({ length: count }, (_, i) => ({ from: bound(i), to: bound(i + 1) }));
}
