import { type FrameTaker, OPCODE, readFrames } from "./frames.ts";
import { LongFrame } from "./long-frame.ts";
import { SplitMessage } from "./split-message.ts";
import type { TextReader } from "./text-reader.ts";

/** Shorter frames are copied together for less than it costs to hold their parts. */
const LONG_BYTES = 4096;

/**
 * Finds what a server says in bytes as they come; binary messages are passed over. Made to be extended and not held:
 * who has thousands of connections has one object less for each.
 */
export abstract class MessageReader implements FrameTaker {
  /** Nothing more is read. */
  protected isOver = false;
  /** The beginning of a frame that is not whole yet, and short. */
  private unread: Buffer | null = null;
  private longFrame: LongFrame | null = null;
  private splitMessage: SplitMessage | null = null;

  constructor(private readonly texts: TextReader) {}

  protected abstract onText(text: string): void;
  protected abstract onPing(payload: Buffer): void;
  /** `payload`: nothing, or a close code and a reason. */
  protected abstract onGoodbye(payload: Buffer): void;

  /** Bytes came. Throws `BrokenFrame`. */
  protected read(bytes: Buffer): void {
    let rest = this.longFrame === null ? bytes : this.readLong(this.longFrame, bytes);
    if (this.unread !== null) rest = Buffer.concat([this.unread, rest]);
    this.unread = null;
    if (this.isOver) return;
    const end = readFrames(rest, this);
    // A copy, so that what has been read is let go of.
    if (end < rest.length && !this.isOver) this.unread = Buffer.from(rest.subarray(end));
  }

  /** Nothing more is read, and nothing kept. */
  protected stopReading(): void {
    this.isOver = true;
    this.unread = null;
    this.longFrame = null;
    this.splitMessage = null;
  }

  take(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): boolean {
    if (opcode === OPCODE.text && isFinal && this.splitMessage === null) {
      this.onText(this.texts.read(bytes, start, end));
    } else if (opcode === OPCODE.ping) {
      this.onPing(bytes.subarray(start, end));
    } else if (opcode === OPCODE.close) {
      this.onGoodbye(bytes.subarray(start, end));
    } else if (opcode !== OPCODE.pong) {
      this.addPart(opcode, isFinal, [Buffer.from(bytes.subarray(start, end))]);
    }
    return !this.isOver;
  }

  begin(opcode: number, isFinal: boolean, length: number, bytes: Buffer, start: number): boolean {
    if (length < LONG_BYTES) return false;
    this.longFrame = new LongFrame(opcode, isFinal, length);
    this.longFrame.add(bytes.subarray(start));
    return true;
  }

  /** Answers with what follows the frame, if anything does. */
  private readLong(frame: LongFrame, bytes: Buffer): Buffer {
    const rest = frame.add(bytes);
    if (frame.missing > 0) return rest;
    this.longFrame = null;
    this.addPart(frame.opcode, frame.isFinal, frame.parts);
    return rest;
  }

  private addPart(opcode: number, isFinal: boolean, parts: readonly Buffer[]): void {
    const message = SplitMessage.of(opcode, this.splitMessage);
    message.add(parts);
    this.splitMessage = isFinal ? null : message;
    if (isFinal && message.isText) this.onText(this.texts.join(message.parts));
  }
}
