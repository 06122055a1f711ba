import { Irregular } from "../aggregate/irregular.ts";

const COMMA = 44;
const QUOTE = 34;
const FIRST_CAPACITY = 1024;
const NONE = -1;

/**
 * The numbers of clients, found by the bytes of their ids without making strings of them. Two ids are the same only
 * if all their bytes are; the hash only says where to look.
 */
export class ClientIds {
  private starts = new Uint32Array(FIRST_CAPACITY);
  private lengths = new Uint32Array(FIRST_CAPACITY);
  private numbers = new Uint32Array(FIRST_CAPACITY);
  /** Open addressing: an entry plus one, or 0 where there is none. Four times as long as the entries. */
  private index = new Uint32Array(4 * FIRST_CAPACITY);
  private count = 0;
  /** The bytes of all ids, one after the other. */
  private arena = new DataView(new ArrayBuffer(64 * FIRST_CAPACITY));
  private arenaEnd = 0;

  /** `numberOf` gives a client its number, the first time that it is seen. */
  constructor(private readonly numberOf: (id: string) => number) {}

  /** The number of the client whose id stands in those bytes, or -1 when it was not seen so far. */
  find(bytes: DataView, start: number, length: number): number {
    const { index, starts, lengths } = this;
    const mask = index.length - 1;
    for (let at = hash(bytes, start, length) & mask; ; at = (at + 1) & mask) {
      const entry = index[at]! - 1;
      if (entry < 0) return NONE;
      if (lengths[entry] === length && same(bytes, start, this.arena, starts[entry]!, length)) {
        return this.numbers[entry]!;
      }
    }
  }

  /** Gives a client that was not found its number. Throws `Irregular` where a name needs more than its bytes to be read. */
  add(bytes: DataView, start: number, length: number): number {
    checkId(bytes, start, length);
    if (this.count === this.starts.length) this.grow();
    if (this.arenaEnd + length > this.arena.byteLength) this.arena = larger(this.arena, length);
    const text = new TextDecoder().decode(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length));
    for (let i = 0; i < length; i++) this.arena.setUint8(this.arenaEnd + i, bytes.getUint8(start + i));
    const entry = this.count++;
    this.starts[entry] = this.arenaEnd;
    this.lengths[entry] = length;
    this.arenaEnd += length;
    this.enter(entry);
    const number = this.numberOf(text);
    this.numbers[entry] = number;
    return number;
  }

  private enter(entry: number): void {
    const mask = this.index.length - 1;
    let at = hash(this.arena, this.starts[entry]!, this.lengths[entry]!) & mask;
    while (this.index[at] !== 0) at = (at + 1) & mask;
    this.index[at] = entry + 1;
  }

  private grow(): void {
    this.starts = doubled(this.starts);
    this.lengths = doubled(this.lengths);
    this.numbers = doubled(this.numbers);
    this.index = new Uint32Array(2 * this.index.length);
    for (let entry = 0; entry < this.count; entry++) this.enter(entry);
  }
}

/** Throws `Irregular` unless an id is plain: printable ASCII without commas and quotes. */
export function checkId(bytes: DataView, start: number, length: number): void {
  for (let i = start; i < start + length; i++) {
    const byte = bytes.getUint8(i);
    if (byte < 32 || byte > 126 || byte === COMMA || byte === QUOTE) {
      throw new Irregular("an id with other letters than plain ones");
    }
  }
}

/** A sum of products: unlike a chain of them, a processor computes several at a time. */
function hash(bytes: DataView, start: number, length: number): number {
  let mixed = length;
  let factor = 0x9e3779b1;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    mixed = (mixed + Math.imul(bytes.getInt32(start + i, true), factor)) | 0;
    factor = (factor + 0x3c6ef372) | 0;
  }
  for (; i < length; i++) {
    mixed = (mixed + Math.imul(bytes.getUint8(start + i), factor)) | 0;
    factor = (factor + 0x3c6ef372) | 0;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function same(a: DataView, startA: number, b: DataView, startB: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    if (a.getInt32(startA + i, true) !== b.getInt32(startB + i, true)) return false;
  }
  for (; i < length; i++) if (a.getUint8(startA + i) !== b.getUint8(startB + i)) return false;
  return true;
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(2 * array.length);
  copy.set(array);
  return copy;
}

function larger(arena: DataView, least: number): DataView<ArrayBuffer> {
  const copy = new Uint8Array(2 * arena.byteLength + least);
  copy.set(new Uint8Array(arena.buffer));
  return new DataView(copy.buffer);
}
