/**
 * Cuts a stream of text into lines, ended by LF or CRLF. Of a line longer than `limit` characters only the first
 * `limit` + 1 are kept: enough to see that it is too long, without holding a file that has no line ends.
 */
export class LineSplitter {
  private rest = "";

  constructor(private readonly limit: number) {}

  /** The lines that `chunk` completes. */
  push(chunk: string): string[] {
    const [first, ...others] = chunk.split("\n");
    this.extend(first!);
    const lines: string[] = [];
    for (const piece of others) {
      lines.push(this.take());
      this.extend(piece);
    }
    return lines;
  }

  /** What stood after the last line end. */
  end(): string[] {
    return this.rest === "" ? [] : [this.take()];
  }

  private extend(piece: string): void {
    // One more than is kept, for the CR that may come last.
    this.rest += piece.slice(0, Math.max(0, this.limit + 2 - this.rest.length));
  }

  private take(): string {
    const line = this.rest.replace(/\r$/, "");
    this.rest = "";
    return line.slice(0, this.limit + 1);
  }
}
