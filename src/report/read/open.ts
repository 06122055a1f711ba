import { createReadStream } from "node:fs";

export type Bytes = AsyncIterable<Uint8Array | string>;

/** Large enough that the calls do not show, small enough that the text of one does not either. */
const READ_BYTES = 256 * 1024;

/** The bytes of a file. What goes wrong is thrown while they are read. */
export function fileBytes(path: string): Bytes {
  return createReadStream(path, { highWaterMark: READ_BYTES });
}
