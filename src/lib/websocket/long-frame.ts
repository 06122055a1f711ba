/** A frame that comes in parts, and is too long to be copied together each time that more of it comes. */
export class LongFrame {
  readonly parts: Buffer[] = [];

  constructor(
    readonly opcode: number,
    readonly isFinal: boolean,
    /** Bytes that have not come. */
    public missing: number,
  ) {}

  /** Takes what belongs to it; answers with the rest. */
  add(bytes: Buffer): Buffer {
    const mine = bytes.length <= this.missing ? bytes : bytes.subarray(0, this.missing);
    if (mine.length > 0) this.parts.push(mine);
    this.missing -= mine.length;
    return bytes.subarray(mine.length);
  }
}
