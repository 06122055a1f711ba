import { Irregular } from "../aggregate/irregular.ts";
import type { RowJoin } from "../aggregate/row-join.ts";
import { ClientIds, checkId } from "./client-ids.ts";

/** What a scanner may read of a buffer beyond the end of its lines. */
export const READ_AHEAD = 128;

const NEWLINE = 10;
const COMMA = 44;
const ZERO = 48;
/** The letters of the types, as numbers of four bytes each. */
const SENT = word("Sent");
const RECE = word("Rece");
const IVED = word("ived");
/** Ids up to this length are looked up before anyone has looked for their end. */
const LONGEST_GUESS = 64;
/** As `wholeNumber` of row.ts has it. */
const MOST_DIGITS = 16;
/** Message ids of more digits are not told apart by a number. */
const MOST_ID_DIGITS = 15;

/** Where the rows go. */
export interface ScanTarget {
  readonly join: RowJoin;
  /** The number of a client. */
  client(id: string): number;
}

/**
 * Reads rows as bytes: no strings, no objects, no papaparse. It knows only the plainest form of a row, the one that
 * load tests write, and throws `Irregular` at any other, be it right or wrong: whoever reads the rows one by one
 * decides.
 */
export class RowScanner {
  /** Rows read so far. */
  rows = 0;
  /** Of the last row. */
  lastTimestampUs = -1;
  private readonly ids: ClientIds;
  private bytes: DataView = new DataView(new ArrayBuffer(0));
  /** Where the next byte to be read stands. */
  private at = 0;
  private idLength = 0;
  /** Length of the last id in either column: the next one is probably as long. */
  private senderLength = 0;
  private clientLength = 0;

  /** `isPlanned`: the rows have six columns, not five. */
  constructor(
    private readonly target: ScanTarget,
    private readonly isPlanned: boolean,
  ) {
    this.ids = new ClientIds((id) => target.client(id));
  }

  /** Reads the lines from `start` to `end`, the last newline included; `bytes` has `READ_AHEAD` more after them. */
  scan(bytes: DataView, start: number, end: number): void {
    const { ids, isPlanned } = this;
    const { join } = this.target;
    this.bytes = bytes;
    this.at = start;
    while (this.at < end) {
      const messageId = this.messageId();
      let sender = this.findId(this.senderLength);
      if (sender < 0) sender = ids.add(bytes, this.at, this.idLength);
      this.senderLength = this.idLength;
      this.at += this.idLength + 1;

      const clientAt = this.at;
      const client = this.findId(this.clientLength);
      this.clientLength = this.idLength;
      this.at += this.idLength + 1;

      if (bytes.getInt32(this.at, true) === RECE) {
        if (bytes.getInt32(this.at + 4, true) !== IVED || bytes.getUint8(this.at + 8) !== COMMA)
          throw another();
        if (client < 0) ids.add(bytes, clientAt, this.clientLength);
        this.at += 9;
        const timestampUs = this.wholeNumber();
        if (isPlanned) this.expect(COMMA);
        this.expect(NEWLINE);
        join.received(sender, messageId, timestampUs);
        this.lastTimestampUs = timestampUs;
      } else {
        if (bytes.getInt32(this.at, true) !== SENT || bytes.getUint8(this.at + 4) !== COMMA) throw another();
        // Only who receives or sends is a client: who stands here beside the sender does neither.
        if (client < 0) checkId(bytes, clientAt, this.clientLength);
        this.at += 5;
        const timestampUs = this.wholeNumber();
        if (isPlanned) this.expect(COMMA);
        const hasPlan = isPlanned && bytes.getUint8(this.at) !== NEWLINE;
        const scheduledUs = hasPlan ? this.wholeNumber() : Number.NaN;
        this.expect(NEWLINE);
        join.sent(sender, messageId, timestampUs, scheduledUs);
        this.lastTimestampUs = timestampUs;
      }
      this.rows++;
    }
  }

  private expect(byte: number): void {
    if (this.bytes.getUint8(this.at++) !== byte) throw another();
  }

  private messageId(): number {
    const { bytes } = this;
    const start = this.at;
    let id = 0;
    for (;;) {
      const digit = bytes.getUint8(this.at++) - ZERO;
      if (digit < 0 || digit > 9) break;
      id = id * 10 + digit;
    }
    const length = this.at - 1 - start;
    const hasLeadingZero = length > 1 && bytes.getUint8(start) === ZERO;
    if (length === 0 || length > MOST_ID_DIGITS || hasLeadingZero || bytes.getUint8(this.at - 1) !== COMMA) {
      throw new Irregular("a message id that is no number");
    }
    return id;
  }

  /** The client whose id begins here, or -1 when it was not seen so far; sets `idLength`. */
  private findId(guess: number): number {
    const { bytes, at, ids } = this;
    // An id that is found as a whole and ends at a comma is that id: ids hold no commas themselves.
    if (guess > 0 && guess <= LONGEST_GUESS && bytes.getUint8(at + guess) === COMMA) {
      const client = ids.find(bytes, at, guess);
      this.idLength = guess;
      if (client >= 0) return client;
    }
    let length = 0;
    for (;;) {
      const byte = bytes.getUint8(at + length);
      if (byte === COMMA) break;
      if (byte === NEWLINE) throw another();
      length++;
    }
    if (length === 0) throw another();
    this.idLength = length;
    return ids.find(bytes, at, length);
  }

  /** The digits that begin here: at most 16, as of microseconds since 1970. */
  private wholeNumber(): number {
    const { bytes, at } = this;
    const high = eightDigits(bytes, at);
    const low = high < 0 ? -1 : eightDigits(bytes, at + 8);
    if (low < 0) return this.anyWholeNumber();
    this.at = at + MOST_DIGITS;
    return safe(high * 1e8 + low);
  }

  private anyWholeNumber(): number {
    let value = 0;
    let digits = 0;
    for (; ; this.at++, digits++) {
      const digit = this.bytes.getUint8(this.at) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (digits === 0 || digits > MOST_DIGITS) throw another();
    return safe(value);
  }
}

/** The number that eight digits make, or -1 when they are not all digits. */
function eightDigits(bytes: DataView, at: number): number {
  const high = fourDigits(bytes.getInt32(at, true));
  const low = fourDigits(bytes.getInt32(at + 4, true));
  return high < 0 || low < 0 ? -1 : high * 10_000 + low;
}

/** All four at once, as the parts of one number: first pairs of them, then both pairs. */
function fourDigits(letters: number): number {
  const digits = letters ^ 0x30303030;
  // Adding 6 carries a part that is over 9 into its upper half.
  if (((digits | (digits + 0x06060606)) & 0xf0f0f0f0) !== 0) return -1;
  const pairs = (Math.imul(digits, 10 * 256 + 1) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 100 * 65536 + 1) >>> 16;
}

function safe(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw another();
  return value;
}

function another(): Irregular {
  return new Irregular("a row of another form");
}

function word(letters: string): number {
  return Buffer.from(letters).readInt32LE();
}
