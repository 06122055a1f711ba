/** Makes texts of the bytes of messages. */
export interface TextReader {
  /** The text that `bytes` hold from `start` to `end`. */
  read(bytes: Buffer, start: number, end: number): string;
  /** The text of which these are the parts. */
  join(parts: readonly Buffer[]): string;
}

/** What is not UTF-8 is mended and not refused. */
export const utf8: TextReader = {
  read: (bytes, start, end) => bytes.toString("utf8", start, end),
  join: (parts) => Buffer.concat(parts).toString(),
};
