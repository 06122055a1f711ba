const NEWLINE = 10;

/** Puts chunks of bytes together to whole lines, and keeps the unfinished one until the rest of it comes. */
export class LineBuffer {
  private pending: Buffer = Buffer.alloc(0);

  /** Bytes of the unfinished line. */
  get pendingBytes(): number {
    return this.pending.length;
  }

  /** All lines that are whole now, as one text that ends with a newline; "" when there is none. */
  push(chunk: Uint8Array): string {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.pending = Buffer.concat([this.pending, chunk]);
      return "";
    }
    const lines = Buffer.concat([this.pending, chunk.subarray(0, end)]).toString("utf8");
    // A copy: a view would keep the whole chunk in memory.
    this.pending = Buffer.from(chunk.subarray(end));
    return lines;
  }

  /** What stands after the last newline. */
  rest(): string {
    return this.pending.toString("utf8");
  }
}
