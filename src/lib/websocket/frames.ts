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

/** More than any chat sends at a time: who announces more is not waited for. */
export const MAX_MESSAGE_BYTES = 16 * 2 ** 20;
const MAX_CONTROL_BYTES = 125;

/** The other side does not speak as the standard wants it; `message` says how. */
export class BrokenFrame extends Error {}

/** The other side says more at a time than `MAX_MESSAGE_BYTES`. */
export class TooLong extends BrokenFrame {
  constructor() {
    super(`a message of more than ${MAX_MESSAGE_BYTES / 2 ** 20} MiB`);
  }
}

/** Who is given one frame after the other. */
export interface FrameTaker {
  /** The payload is `bytes` from `start` to `end`. False: it wants no more of them. */
  take(opcode: number, isFinal: boolean, bytes: Buffer, start: number, end: number): boolean;
  /**
   * The last frame is not whole: its payload of `length` bytes begins at `start`. True: what has come of it is taken,
   * and the rest will be, without being read as frames.
   */
  begin(opcode: number, isFinal: boolean, length: number, bytes: Buffer, start: number): boolean;
}

/**
 * Reads the frames of a server that are whole, as far as `taker` wants them; answers with where the first one begins
 * that was not taken. Nothing is copied or allocated. Throws `BrokenFrame`.
 */
export function readFrames(bytes: Buffer, taker: FrameTaker): number {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    checkHead(first, second);
    let length = second & LENGTH;
    let start = at + 2;
    if (length === IN_TWO) {
      if (start + 2 > bytes.length) break;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === IN_EIGHT) {
      if (start + 8 > bytes.length) break;
      length = bytes.readUInt32BE(start) * 2 ** 32 + bytes.readUInt32BE(start + 4);
      start += 8;
    }
    if (length > MAX_MESSAGE_BYTES) throw new TooLong();
    const opcode = first & KIND;
    const isFinal = (first & FINAL) !== 0;
    const end = start + length;
    if (end > bytes.length) return taker.begin(opcode, isFinal, length, bytes, start) ? bytes.length : at;
    at = end;
    if (!taker.take(opcode, isFinal, bytes, start, end)) break;
  }
  return at;
}

/** Throws `BrokenFrame` where a server's frame may not begin with these two bytes. */
function checkHead(first: number, second: number): void {
  if ((first & RESERVED) !== 0) throw new BrokenFrame("a frame of an extension that was not agreed on");
  if ((second & MASKED) !== 0) throw new BrokenFrame("a masked frame, which only clients send");
  const opcode = first & KIND;
  if (opcode <= OPCODE.binary) return;
  if (opcode < OPCODE.close || opcode > OPCODE.pong) throw new BrokenFrame(`a frame with opcode ${opcode}`);
  if ((first & FINAL) === 0) throw new BrokenFrame("a control frame in parts");
  if (second > MAX_CONTROL_BYTES) throw new BrokenFrame("a control frame of more than 125 bytes");
  if (opcode === OPCODE.close && second === 1) throw new BrokenFrame("half a close code");
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
