import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, OperationError } from "../lib/errors.ts";
import { CSV_HEADER } from "../results/csv.ts";
import { encodeRunMeta, type RunMeta } from "../results/run-meta.ts";

/** Rows are written this many characters at a time: larger pieces are no faster, smaller ones cost calls. */
const PIECE = 256 * 1024;

/** Writes a results file, whole lines at a time, so that no signal and no crash can cut one. */
export class Recorder {
  /** Why rows are no longer written, once that is so. */
  failure: string | null = null;
  private readonly fd: number;
  private rows = "";

  /** Creates the file and its folder; an older file of that name is overwritten. */
  constructor(
    readonly path: string,
    private readonly meta: RunMeta,
  ) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.fd = openSync(path, "w");
    } catch (error) {
      throw new OperationError(`Cannot write results to ${path}: ${messageOf(error)}`);
    }
    this.rows = `${encodeRunMeta(meta)}${CSV_HEADER}\n`;
  }

  /** Takes one row, newline included. */
  add(row: string): void {
    this.rows += row;
    if (this.rows.length >= PIECE) this.flush();
  }

  /** Writes what is left, completes the first line with how the run ended, and closes the file. */
  finish(end: RunMeta["end"]): void {
    this.flush();
    const line = encodeRunMeta({ ...this.meta, ...(end === undefined ? {} : { end }) });
    this.attempt(() => writeAll(this.fd, Buffer.from(line), 0));
    closeSync(this.fd);
  }

  private flush(): void {
    const { rows } = this;
    this.rows = "";
    if (this.failure === null) this.attempt(() => writeAll(this.fd, Buffer.from(rows), null));
  }

  private attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.failure ??= messageOf(error);
    }
  }
}

function writeAll(fd: number, bytes: Buffer, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
}
