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
} from "node:fs";
import { dirname } from "node:path";
import { messageOf, OperationError } from "../../lib/errors.ts";
import { CSV_HEADER } from "../../results/csv.ts";
import { encodeRunMeta, type RunEnd, type RunMeta } from "../../results/run-meta.ts";
import { writeAll } from "./row-writer.ts";

/**
 * The results file of a run: its first line, its header and its end. Rows come from `RowWriter`s. The file is opened
 * before anyone connects, so that a place that cannot be written is known at once; an older file of that name is only
 * replaced when there is something to replace it with.
 */
export class ResultsFile {
  /** Why the file is not complete, when it is not. */
  failure: string | null = null;
  private readonly fd: number;
  private readonly created: boolean;
  private meta: RunMeta | null = null;

  /** Opens the file and makes its folder; `isShared`: several processes write to it. Throws `OperationError` when it cannot. */
  constructor(
    readonly path: string,
    isShared = false,
  ) {
    this.created = !existsSync(path);
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a directory");
      refusePipe(path, isShared);
      this.fd = openSync(path, constants.O_WRONLY | constants.O_CREAT);
    } catch (error) {
      throw new OperationError(`Cannot write results to ${path}: ${messageOf(error)}`);
    }
  }

  /** Sending starts: the rows from here on belong to this run. */
  begin(meta: RunMeta): void {
    this.meta = meta;
    if (this.isSeekable()) this.attempt(() => ftruncateSync(this.fd));
    this.attempt(() => writeAll(this.fd, Buffer.from(`${encodeRunMeta(meta)}${CSV_HEADER}\n`), null));
  }

  /** Completes the first line with how the run ended, once all rows are written. */
  finish(end: RunEnd): void {
    const line = encodeRunMeta({ ...this.meta!, end });
    if (this.isSeekable()) this.attempt(() => writeAll(this.fd, Buffer.from(line), 0));
  }

  /** Where there was no run, an older file stays as it was, and a new one goes. */
  close(): void {
    closeSync(this.fd);
    if (this.created && this.meta === null) unlinkSync(this.path);
  }

  /** A pipe or a device takes rows, too, but its first line cannot be written again. */
  private isSeekable(): boolean {
    return fstatSync(this.fd).isFile();
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
function refusePipe(path: string, isShared: boolean): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return;
  if (isShared)
    throw new Error("lines of several processes would mix in a pipe; use --processes 1 or a file");
  // Fails with ENXIO where there is no reader.
  closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
}
