import { readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { Irregular } from "../aggregate/irregular.ts";
import type { ByteRange } from "./range.ts";
import { READ_AHEAD, type RowScanner } from "./row-scanner.ts";

/** Fits into the caches of a processor, and makes few calls. */
const CHUNK_BYTES = 512 * 1024;
/** A longer line is none of a load test. */
const LONGEST_LINE = 4096;
const NEWLINE = 10;

/**
 * Hands a scanner all lines that begin within the range; the file's last one has to end by a newline. Lets the event loop turn after
 * each chunk, and ends early when `isWanted` says so. Throws `Irregular` where the lines cannot be scanned.
 */
export async function scanRange(
  fd: number,
  range: ByteRange,
  scanner: RowScanner,
  isWanted: () => boolean = () => true,
): Promise<void> {
  const buffer = Buffer.alloc(LONGEST_LINE + CHUNK_BYTES + READ_AHEAD);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  // The byte before a range says whether a line begins with it.
  let position = Math.max(0, range.from - 1);
  let pending = 0;
  let isInLine = range.from > 0;
  while (isWanted()) {
    const length = readSync(fd, buffer, pending, CHUNK_BYTES, position);
    if (length === 0) throw new Irregular("the file ends before the range does");
    let start = 0;
    if (isInLine) {
      start = buffer.subarray(0, length).indexOf(NEWLINE) + 1;
      if (start === 0) throw new Irregular("a very long line");
      isInLine = false;
    }
    position += length;
    const filled = pending + length;
    // The last line of the range is the one in which the next range begins.
    const beyond = position - range.to;
    const enough =
      beyond < 0 ? -1 : buffer.subarray(0, filled).indexOf(NEWLINE, Math.max(0, filled - beyond - 1));
    const end = enough >= 0 ? enough + 1 : buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    if (end > start) scanner.scan(view, start, end);
    if (enough >= 0) return;
    pending = filled - Math.max(end, start);
    if (pending > LONGEST_LINE) throw new Irregular("a very long line");
    buffer.copyWithin(0, filled - pending, filled);
    await setImmediate();
  }
}
