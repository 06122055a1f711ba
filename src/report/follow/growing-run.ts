import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { decodeRunMeta, type RunMeta } from "../../results/run-meta.ts";
import { RunAggregate } from "../aggregate/run-aggregate.ts";
import { LineBuffer } from "../read/line-buffer.ts";
import type { ReadOutcome } from "../read/read-results.ts";
import { RowError } from "../read/row-error.ts";
import { RowReader } from "../read/row-reader.ts";

const CHUNK_BYTES = 256 * 1024;
/** The first line is shorter. */
const DESCRIPTION_BYTES = 16 * 1024;
const NEWLINE = 10;

/** The run of a file that is still written, as far as it has come. To be closed. */
export class GrowingRun {
  aggregate: RunAggregate;
  private reader: RowReader;
  private lines = new LineBuffer();
  private readonly file: number;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private position = 0;
  private startedAt: string | null = null;

  constructor(
    path: string,
    private readonly warmupMs: number | undefined,
  ) {
    this.file = openSync(path, "r");
    this.aggregate = new RunAggregate(warmupMs);
    this.reader = new RowReader(this.aggregate);
  }

  /** True as long as there is nothing to report on. */
  get isEmpty(): boolean {
    return this.reader.isEmpty;
  }

  /** Reads what has come since the last time; true when the run is over. Throws `RowError`. */
  async advance(): Promise<boolean> {
    // First this: the end is written after the last row.
    const meta = this.description();
    const { size } = fstatSync(this.file);
    if (size < this.position || this.isAnother(meta)) this.beginAgain();
    this.startedAt ??= meta?.started_at ?? null;
    while (this.position < size) {
      const length = readSync(this.file, this.chunk, 0, CHUNK_BYTES, this.position);
      if (length === 0) break;
      this.position += length;
      const text = this.lines.push(this.chunk.subarray(0, length));
      if (text !== "") this.reader.push(text);
      await setImmediate();
    }
    if (meta?.end === undefined || this.isEmpty) return false;
    this.aggregate.describe(meta);
    return true;
  }

  /** No more is read. `isOver`: what stands after the last newline will not be completed. Throws `RowError` when there is nothing. */
  finish(isOver: boolean): ReadOutcome {
    const cut = isOver && this.reader.end(this.lines.rest());
    const { line } = this.reader;
    if (this.isEmpty) throw new RowError(Math.max(1, line), "no rows so far: there is nothing to report");
    return { lines: line, cut };
  }

  close(): void {
    closeSync(this.file);
  }

  /** The first line as it is now; `null` without a description, or while it is being written. */
  private description(): RunMeta | null {
    const bytes = Buffer.alloc(DESCRIPTION_BYTES);
    const length = readSync(this.file, bytes, 0, DESCRIPTION_BYTES, 0);
    const end = bytes.subarray(0, length).indexOf(NEWLINE);
    return end < 0 ? null : decodeRunMeta(bytes.toString("utf8", 0, end));
  }

  /** A new test has taken the place of the old one. */
  private isAnother(meta: RunMeta | null): boolean {
    return meta !== null && this.startedAt !== null && meta.started_at !== this.startedAt;
  }

  private beginAgain(): void {
    this.aggregate = new RunAggregate(this.warmupMs);
    this.reader = new RowReader(this.aggregate);
    this.lines = new LineBuffer();
    this.position = 0;
    this.startedAt = null;
  }
}
