import { formatBytes } from "../../lib/format.ts";
import type { EventSink } from "../../results/event.ts";
import { LineBuffer } from "./line-buffer.ts";
import { RowError } from "./row-error.ts";
import { RowReader } from "./row-reader.ts";

export interface ReadOutcome {
  /** Lines, the cut one left out. */
  lines: number;
  /** True when the file ended in the middle of a line, which was left out. */
  cut: boolean;
}

/** A line of ours has at most 2 KiB; without a limit a file without newlines would fill the memory. */
const LONGEST_LINE = 64 * 1024;
const NUL = 0;

/**
 * Reads one results file, of our form or the older one, and hands its events to `sink` in their order.
 * Memory does not grow with the file. Throws `RowError` at the first line that is none.
 */
export async function readResults(
  chunks: AsyncIterable<Uint8Array | string>,
  sink: EventSink,
): Promise<ReadOutcome> {
  const buffer = new LineBuffer();
  const reader = new RowReader(sink);
  for await (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (bytes.includes(NUL)) throw binaryAt(reader, buffer, bytes);
    const lines = buffer.push(bytes);
    if (lines !== "") reader.push(lines);
    if (buffer.pendingBytes > LONGEST_LINE) {
      throw new RowError(
        reader.line + 1,
        `a line of more than ${formatBytes(LONGEST_LINE)}: not a results file`,
      );
    }
  }
  const cut = reader.end(buffer.rest());
  if (reader.line === 0) throw new RowError(1, "the file is empty");
  if (reader.isEmpty) throw new RowError(reader.line, "no rows: the file has nothing to report");
  return { lines: reader.line, cut };
}

/** The good lines before the bad byte are counted first, so that the number is right. */
function binaryAt(reader: RowReader, buffer: LineBuffer, bytes: Uint8Array): RowError {
  const lines = buffer.push(bytes.subarray(0, bytes.indexOf(NUL)));
  if (lines !== "") reader.push(lines);
  return new RowError(reader.line + 1, "binary content (a zero byte); allowed: CSV text in UTF-8");
}
