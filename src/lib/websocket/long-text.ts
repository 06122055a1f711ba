import { readHead } from "./frames.ts";

/** Shorter ones are copied together for less than it costs to hold their parts. */
const LONG_BYTES = 4096;

/** A text in one frame that comes in parts. */
export class LongText {
  readonly parts: Buffer[] = [];

  private constructor(
    /** Bytes that have not come. */
    public missing: number,
  ) {}

  /** The text that begins in `bytes`, at the start of a frame that is not whole; `null` where that is none, or short. */
  static beginning(bytes: Buffer): LongText | null {
    const head = readHead(bytes);
    if (head === null || !head.isWholeText || head.length < LONG_BYTES) return null;
    const text = new LongText(head.length);
    text.add(bytes.subarray(head.bytes));
    return text;
  }

  /** Takes what belongs to it; answers with the rest. */
  add(bytes: Buffer): Buffer {
    const mine = bytes.length <= this.missing ? bytes : bytes.subarray(0, this.missing);
    if (mine.length > 0) this.parts.push(mine);
    this.missing -= mine.length;
    return bytes.subarray(mine.length);
  }
}
