import { createReadStream } from "node:fs";
import type { EventSink } from "../../results/event.ts";
import { namedError } from "./named-error.ts";
import { type ReadOutcome, readResults } from "./read-results.ts";

export type Bytes = AsyncIterable<Uint8Array | string>;

/** Large enough that the calls do not show, small enough that the text of one does not either. */
const READ_BYTES = 256 * 1024;

/** The bytes of a file. What goes wrong is thrown while they are read. */
export function fileBytes(path: string): Bytes {
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

/** Reads results and names the file in everything that can go wrong, as an `OperationError` of one line. */
export async function readNamed(name: string, bytes: Bytes, sink: EventSink): Promise<ReadOutcome> {
  try {
    return await readResults(bytes, sink);
  } catch (error) {
    throw namedError(name, error);
  }
}
