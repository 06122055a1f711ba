import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Irregular } from "../aggregate/irregular.ts";
import type { RunAggregate } from "../aggregate/run-aggregate.ts";
import type { ReadOutcome } from "../read/read-results.ts";
import { WIDTH } from "../read/row.ts";
import { RowError } from "../read/row-error.ts";
import { RowReader } from "../read/row-reader.ts";
import { type ByteRange, splitRange } from "./range.ts";
import { RowScanner } from "./row-scanner.ts";
import { scanRange } from "./scan-range.ts";
import type { Scanners } from "./scanners.ts";

/** What is read row by row at either end of a file, where everything is that is no row. */
const END_BYTES = 64 * 1024;
const NEWLINE = 10;

/** In bytes, for tests: so that small files have middles and parts. */
export interface PartSizes {
  end?: number;
  part?: number;
}

/**
 * Reads a results file the fast way: its two ends row by row, what lies between them as bytes, by several
 * processes if it is large. The figures are those of `readResults` to the last digit. Answers with `null` for
 * what has to be read row by row: quotes, other line ends, faults of any kind, pipes, small files; then `aggregate`
 * is of no more use.
 */
export async function scanFile(
  path: string,
  aggregate: RunAggregate,
  scanners: Scanners,
  sizes: PartSizes = {},
): Promise<ReadOutcome | null> {
  const file = openSync(path, "r");
  try {
    return await scanOpened(file, path, aggregate, scanners, sizes);
  } catch (error) {
    // Whoever reads row by row finds the fault again, and the number of its line.
    if (error instanceof Irregular || error instanceof RowError) return null;
    throw error;
  } finally {
    closeSync(file);
    await scanners.close();
  }
}

async function scanOpened(
  file: number,
  path: string,
  aggregate: RunAggregate,
  scanners: Scanners,
  { end: endBytes = END_BYTES, part }: PartSizes,
): Promise<ReadOutcome> {
  const stat = fstatSync(file);
  if (!stat.isFile() || stat.size < 2 * endBytes) throw new Irregular("nothing to gain");
  const reader = new RowReader(aggregate);

  const head = read(file, { from: 0, to: endBytes });
  const headEnd = head.lastIndexOf(NEWLINE) + 1;
  if (headEnd === 0) throw new Irregular("a very long line");
  reader.push(text(head.subarray(0, headEnd)));
  if (reader.width === 0) throw new Irregular("no rows at the beginning");

  const tail = read(file, { from: stat.size - endBytes, to: stat.size });
  const tailStart = tail.indexOf(NEWLINE) + 1;
  const tailEnd = tail.lastIndexOf(NEWLINE) + 1;
  if (tailStart === 0) throw new Irregular("a very long line");

  const isPlanned = reader.width === WIDTH;
  const middle = { from: headEnd, to: stat.size - endBytes + tailStart };
  const [own, ...others] = splitRange(middle, scanners.limit, part);
  const { lengthUs, startUs } = aggregate.join.warmUp;
  const { originUs } = aggregate.join.timeline;
  const answers = Promise.all(
    others.map((range) =>
      scanners.scan({ ...range, path, isPlanned, originUs, warmUp: { lengthUs, startUs } }),
    ),
  );
  answers.catch(() => {}); // Awaited below, unless this process finds a fault first.
  const scanner = new RowScanner(aggregate, isPlanned);
  await scanRange(file, own!, scanner);
  reader.skip(scanner.rows, scanner.lastTimestampUs);
  for (const { part, rows, lastTimestampUs } of await answers) {
    aggregate.merge(part);
    reader.skip(rows, lastTimestampUs);
  }

  if (tailEnd > tailStart) reader.push(text(tail.subarray(tailStart, tailEnd)));
  const cut = reader.end(text(tail.subarray(tailEnd)));
  return { lines: reader.line, cut };
}

function read(file: number, { from, to }: ByteRange): Buffer {
  const bytes = Buffer.alloc(to - from);
  let length = 0;
  while (length < bytes.length) {
    const more = readSync(file, bytes, length, bytes.length - length, from + length);
    if (more === 0) throw new Irregular("the file has become shorter");
    length += more;
  }
  return bytes;
}

function text(bytes: Buffer): string {
  if (bytes.includes(0)) throw new Irregular("binary content");
  return bytes.toString("utf8");
}
