/** A line of a file that cannot be what it should be; the message says why and what is allowed. */
export class RowError extends Error {
  constructor(
    /** Counted from 1. */
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = "RowError";
  }
}
