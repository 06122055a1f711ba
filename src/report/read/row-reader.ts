import Papa from "papaparse";
import type { EventSink } from "../../results/event.ts";
import { decodeRunMeta, isRunMetaLine } from "../../results/run-meta.ts";
import { firstRowProblem, headerProblem, isHeader, rowProblem, WIDTH, wholeNumber } from "./row.ts";
import { RowError } from "./row-error.ts";

/** Turns the lines of one results file into events, and finds the form of the file by its beginning. */
export class RowReader {
  /** Lines read so far. */
  line = 0;
  /** Columns of every row; 0 until the first one was seen. */
  width = 0;
  /** Of the last event; -1 before the first one. */
  private lastTimestampUs = -1;
  private described = false;

  constructor(private readonly sink: EventSink) {}

  /** True as long as there was neither an event nor the description of a run. */
  get isEmpty(): boolean {
    return !this.described && this.lastTimestampUs < 0;
  }

  /** So many whole lines, all of them rows, were read elsewhere. */
  skip(rows: number, lastTimestampUs: number): void {
    if (rows === 0) return;
    this.line += rows;
    this.lastTimestampUs = lastTimestampUs;
  }

  /** Reads whole lines: `text` ends with a newline. Throws `RowError` at the first bad one. */
  push(text: string): void {
    const unix = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
    const lines = this.line === 0 ? this.begin(unix) : unix;
    if (lines === "") return;
    const { rows, good } = this.parse(lines.slice(0, -1));
    this.events(rows, good);
    if (good < rows.length) throw new RowError(this.line + 1, quoteProblem(rows[good]!, this.width));
  }

  /**
   * Reads what stands after the last newline. Returns true when it is an unfinished row, as a crash leaves
   * it: such a row is not counted.
   */
  end(text: string): boolean {
    if (text === "") return false;
    if (this.line === 0 || this.width === 0) {
      this.push(`${text}\n`);
      return false;
    }
    const { rows, good } = this.parse(text);
    if (good === 0 || rowProblem(rows[0]!, this.width) !== null || this.isShortened(rows[0]!)) return true;
    this.events(rows, 1);
    return false;
  }

  /** Takes the byte-order mark and the description of the run off the first lines. */
  private begin(text: string): string {
    const start = text.startsWith("\ufeff") ? 1 : 0;
    const end = text.indexOf("\n");
    const first = text.slice(start, end);
    if (!isRunMetaLine(first)) return text.slice(start);
    this.line = 1;
    const meta = decodeRunMeta(first);
    if (meta === null) {
      throw new RowError(
        1,
        "the description of the run cannot be read; allowed: # scale-chat {…} as loadtest writes it, version 1",
      );
    }
    this.described = true;
    this.sink.run(meta);
    return text.slice(end + 1);
  }

  /** The rows of `text`; those from `good` on have quotes that do not add up. */
  private parse(text: string): { rows: string[][]; good: number } {
    // Without a quote in the text papaparse takes its fast path by itself.
    const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", newline: "\n" });
    if (text === "") return { rows: [[""]], good: 1 };
    if (!text.includes('"')) return { rows: data, good: data.length };
    const unclosed = Math.min(data.length, ...errors.map((error) => error.row ?? 0));
    const broken = data.findIndex((cells) => cells.some((cell) => cell.includes("\n")));
    return { rows: data, good: broken === -1 ? unclosed : Math.min(broken, unclosed) };
  }

  /** The hot path, millions of times: a good row is one call, everything else is sorted out apart. */
  private events(rows: readonly string[][], count: number): void {
    const { sink } = this;
    for (let i = 0; i < count; i++) {
      const cells = rows[i]!;
      this.line++;
      if (cells.length !== this.width && this.isNoEvent(cells)) continue;
      const timestampUs = wholeNumber(cells[4]!);
      const type = cells[3];
      if (timestampUs < 0 || cells[0] === "" || cells[1] === "" || cells[2] === "") this.fail(cells);
      if (type === "Received") {
        sink.received(cells[0]!, cells[1]!, cells[2]!, timestampUs);
      } else if (type === "Sent") {
        const plan = cells[5];
        const scheduledUs = plan === undefined || plan === "" ? null : wholeNumber(plan);
        if (scheduledUs === -1) this.fail(cells);
        sink.sent(cells[0]!, cells[1]!, timestampUs, scheduledUs);
      } else this.fail(cells);
      this.lastTimestampUs = timestampUs;
    }
  }

  /** A blank line or a header; the first row also gets here, and decides how many columns all must have. */
  private isNoEvent(cells: readonly string[]): boolean {
    if (cells.length === 1 && cells[0] === "") return true;
    if (this.width > 0) this.fail(cells);
    const header = isHeader(cells);
    const problem = header ? headerProblem(cells) : firstRowProblem(cells);
    if (problem !== null) throw new RowError(this.line, problem);
    this.width = cells.length;
    return header;
  }

  private fail(cells: readonly string[]): never {
    throw new RowError(this.line, rowProblem(cells, this.width) ?? "not a row of results");
  }

  /** A time that lost its last digits still looks like a number, only a far smaller one. */
  private isShortened(cells: readonly string[]): boolean {
    // A message is sent by a plan, a delivery has none: its last column is empty.
    const times = this.width === WIDTH && cells[3] === "Sent" ? [cells[4]!, cells[5]!] : [cells[4]!];
    return times.some((time) => wholeNumber(time) * 10 <= this.lastTimestampUs);
  }
}

function quoteProblem(cells: readonly string[], width: number): string {
  const problem = rowProblem(cells, width);
  if (problem?.startsWith("a second beginning")) return problem;
  return 'a quote is never closed, or a field holds a line break; allowed: "…" within one line, "" for a quote';
}
