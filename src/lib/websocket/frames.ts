/** What a frame of a WebSocket is (RFC 6455, 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Bits of the first two bytes of a frame. */
const FINAL = 0x80;
const RESERVED = 0x70;
const KIND = 0x0f;
const MASKED = 0x80;
const LENGTH = 0x7f;
/** In the place of a length: it follows in two bytes, or in eight. */
const IN_TWO = 126;
const IN_EIGHT = 127;
const MASK_BYTES = 4;

/** The other side does not speak as the standard wants it; `message` says how. */
export class BrokenFrame extends Error {}

/** Who is given one frame after the other. */
export interface FrameTaker {
  /** The payload is `bytes` from `start` to `end`. False: it wants no more of them. */
  take(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): boolean;
}

/**
 * Reads the frames of a server that are whole, as far as `taker` wants them; answers with where the first one begins
 * that is not. Nothing is copied or allocated. Throws `BrokenFrame`.
 */
export function readFrames(bytes: Buffer, taker: FrameTaker): number {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    if ((first & RESERVED) !== 0) throw new BrokenFrame("a frame of an extension that was not agreed on");
    if ((second & MASKED) !== 0) throw new BrokenFrame("a masked frame, which only clients send");
    let length = second & LENGTH;
    let start = at + 2;
    if (length === IN_TWO) {
      if (start + 2 > bytes.length) break;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === IN_EIGHT) {
      if (start + 8 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    const end = start + length;
    if (end > bytes.length) break;
    at = end;
    if (!taker.take(first & KIND, (first & FINAL) !== 0, bytes, start, end)) break;
  }
  return at;
}

/** What the first bytes of a frame say. */
export interface FrameHead {
  /** How many bytes these are. */
  bytes: number;
  /** Of the payload, bytes. */
  length: number;
  /** It is a text, and all of it. */
  isWholeText: boolean;
}

/** The head of the frame at the start of `bytes`; `null` while that is not whole. */
export function readHead(bytes: Buffer): FrameHead | null {
  if (bytes.length < 2) return null;
  const isWholeText = bytes[0] === (FINAL | OPCODE.text);
  const length = bytes[1]!;
  if (length < IN_TWO) return { bytes: 2, length, isWholeText };
  if (length === IN_TWO && bytes.length >= 4) {
    return { bytes: 4, length: bytes.readUInt16BE(2), isWholeText };
  }
  if (length === IN_EIGHT && bytes.length >= 10) {
    return { bytes: 10, length: Number(bytes.readBigUInt64BE(2)), isWholeText };
  }
  return null;
}

/** A frame as clients send it, in one piece; `mask` is any number of 32 bits. */
export function clientFrame(opcode: number, payload: string | Uint8Array, mask: number): Buffer {
  const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const head = length < IN_TWO ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + MASK_BYTES + length);
  frame[0] = FINAL | opcode;
  if (head === 2) {
    frame[1] = MASKED | length;
  } else if (head === 4) {
    frame[1] = MASKED | IN_TWO;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASKED | IN_EIGHT;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.writeUInt32BE(mask >>> 0, head);
  const start = head + MASK_BYTES;
  if (typeof payload === "string") frame.write(payload, start);
  else frame.set(payload, start);
  for (let at = 0; at < length; at++) frame[start + at]! ^= frame[head + (at % MASK_BYTES)]!;
  return frame;
}
