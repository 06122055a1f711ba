import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { messageOf, OperationError } from "../lib/errors.ts";
import { CSV_HEADER } from "../results/csv.ts";
import { encodeRunMeta, type RunEnd, type RunMeta } from "../results/run-meta.ts";

/** Rows are written this many characters at a time: larger pieces are no faster, smaller ones cost calls. */
const PIECE = 256 * 1024;

/**
 * Writes a results file, whole lines at a time, so that no signal and no crash can cut one. The file is opened
 * before anyone connects, so that a place that cannot be written is known at once; an older file of that name is
 * only replaced when there is something to replace it with.
 */
export class Recorder {
  /** Why rows are no longer written, once that is so. */
  failure: string | null = null;
  private readonly fd: number;
  private readonly created: boolean;
  private meta: RunMeta | null = null;
  private rows = "";

  /** Opens the file and makes its folder. Throws `OperationError` when it cannot. */
  constructor(readonly path: string) {
    this.created = !existsSync(path);
    try {
      mkdirSync(dirname(path), { recursive: true });
      refuseDeafPipe(path);
      this.fd = openSync(path, constants.O_WRONLY | constants.O_CREAT);
    } catch (error) {
      throw new OperationError(`Cannot write results to ${path}: ${messageOf(error)}`);
    }
  }

  /** Sending starts: the rows from here on belong to this run. */
  begin(meta: RunMeta): void {
    this.meta = meta;
    if (this.isSeekable()) this.attempt(() => ftruncateSync(this.fd));
    this.rows = `${encodeRunMeta(meta)}${CSV_HEADER}\n`;
  }

  /** Takes one row, newline included. */
  add(row: string): void {
    this.rows += row;
    if (this.rows.length >= PIECE) this.flush();
  }

  /** Writes what is left, completes the first line with how the run ended, and closes the file. */
  finish(end: RunEnd): void {
    this.flush();
    const line = encodeRunMeta({ ...this.meta!, end });
    if (this.isSeekable()) this.attempt(() => writeAll(this.fd, Buffer.from(line), 0));
    closeSync(this.fd);
  }

  /** There was no run: an older file stays as it was, a new one goes. */
  discard(): void {
    closeSync(this.fd);
    if (this.created) unlinkSync(this.path);
  }

  /** A pipe or a device takes rows, too, but its first line cannot be written again. */
  private isSeekable(): boolean {
    return fstatSync(this.fd).isFile();
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

/** Opening a pipe that nobody reads would wait for a reader, and no signal could end that. */
function refuseDeafPipe(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return;
  // Fails with ENXIO where there is no reader.
  closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
}

function writeAll(fd: number, bytes: Buffer, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
}
