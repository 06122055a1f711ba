import { BrokenFrame, MAX_MESSAGE_BYTES, OPCODE, TooLong } from "./frames.ts";

/** A message in several frames, so far. */
export class SplitMessage {
  readonly parts: Buffer[] = [];
  private bytes = 0;

  private constructor(readonly isText: boolean) {}

  /** The one that a frame belongs to: `current`, or one that it begins. Throws `BrokenFrame` where there is none. */
  static of(opcode: number, current: SplitMessage | null): SplitMessage {
    const isBeginning = opcode !== OPCODE.continuation;
    if (isBeginning && current !== null) throw new BrokenFrame("a new message within another");
    if (!isBeginning && current === null) throw new BrokenFrame("a continuation of nothing");
    return current ?? new SplitMessage(opcode === OPCODE.text);
  }

  /** Throws `TooLong`. */
  add(parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.bytes += part.length;
      this.parts.push(part);
    }
    if (this.bytes > MAX_MESSAGE_BYTES) throw new TooLong();
  }
}
