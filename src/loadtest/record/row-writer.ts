import { closeSync, constants, openSync, writeSync } from "node:fs";
import { messageOf } from "../../lib/errors.ts";

/** Rows are written this many characters at a time: larger pieces are no faster, smaller ones cost calls. */
const PIECE = 256 * 1024;

/**
 * Appends rows to a results file, whole lines at a time, so that no signal and no crash can cut one, and several
 * processes can write to one file on a disk: each piece is appended as a whole.
 */
export class RowWriter {
  /** Why rows are no longer written, once that is so. */
  failure: string | null = null;
  private fd: number | null = null;
  private rows = "";

  /** The file is there when the first rows are written. */
  constructor(private readonly path: string) {}

  /** Takes one row, newline included. */
  add(row: string): void {
    this.rows += row;
    if (this.rows.length >= PIECE) this.flush();
  }

  /** Writes what there is. */
  flush(): void {
    const { rows } = this;
    this.rows = "";
    if (this.failure !== null || rows === "") return;
    try {
      this.fd ??= openSync(this.path, constants.O_WRONLY | constants.O_APPEND);
      writeAll(this.fd, Buffer.from(rows), null);
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  close(): void {
    this.flush();
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }
}

/** Writes at a position, or at the end (`null`). Throws what the system throws. */
export function writeAll(fd: number, bytes: Buffer, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
}
