import { describe, expect, test } from "bun:test";
import { BrokenFrame, MAX_MESSAGE_BYTES, TooLong } from "./frames.ts";
import { MessageReader } from "./message-reader.ts";
import { utf8 } from "./text-reader.ts";

class Reader extends MessageReader {
  readonly told: string[] = [];
  constructor(private readonly last?: string) {
    super(utf8);
  }
  hear(bytes: Buffer): void {
    this.read(bytes);
  }
  protected onText(text: string): void {
    this.told.push(text);
    if (text === this.last) this.stopReading();
  }
  protected onPing(payload: Buffer): void {
    this.told.push(`ping ${payload}`);
  }
  protected onGoodbye(payload: Buffer): void {
    this.told.push(`goodbye ${payload.toString("hex")}`);
  }
}

/** What is read when the bytes come in segments of at most so many bytes. */
function told(bytes: Buffer, segment = bytes.length): string[] {
  const reader = new Reader();
  for (let at = 0; at < bytes.length; at += segment) reader.hear(bytes.subarray(at, at + segment));
  return reader.told;
}

function frame(first: number, payload: string): Buffer {
  const head = Buffer.from([first, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([
    payload.length < 126 ? Buffer.from([first, payload.length]) : head,
    Buffer.from(payload),
  ]);
}

/** The head of a text of so many bytes. */
function headOf(length: bigint): Buffer {
  const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(length, 2);
  return head;
}

const LONG = "abcdefgh".repeat(1000);

test.each([1, 7, 3000, 4100, 30_000])("messages are the same in segments of %d bytes", (segment) => {
  const bytes = Buffer.concat([
    ...[frame(0x81, "one"), frame(0x81, LONG), frame(0x89, "p")],
    // A text in parts, long and short, with a ping between them.
    ...[frame(0x01, "tw"), frame(0x00, LONG), frame(0x89, "q"), frame(0x80, "o")],
    // Binary messages, whole and in parts: passed over.
    ...[frame(0x82, LONG), frame(0x02, "b"), frame(0x80, LONG)],
    ...[frame(0x81, ""), frame(0x8a, "pong"), frame(0x88, "\x03\x10")],
  ]);
  const all = ["one", LONG, "ping p", "ping q", `tw${LONG}o`, "", "goodbye 0310"];
  expect(told(bytes, segment)).toEqual(all);
});

test("what follows the message that ends it is not read", () => {
  const reader = new Reader("end");
  reader.hear(Buffer.concat([frame(0x81, "end"), frame(0x81, "more"), frame(0x81, LONG).subarray(0, 5000)]));
  reader.hear(frame(0x81, "more"));
  expect(reader.told).toEqual(["end"]);
});

describe("against the standard is", () => {
  test.each([
    ["a new message within another", [frame(0x01, "a"), frame(0x81, "b")]],
    ["a new message within another", [frame(0x01, "a"), frame(0x02, "b")]],
    ["a continuation of nothing", [frame(0x80, "a")]],
    ["a continuation of nothing", [frame(0x01, "a"), frame(0x80, "b"), frame(0x80, "c")]],
    ["a frame with opcode 3", [frame(0x83, "a")]],
    ["a frame with opcode 11", [frame(0x8b, "a")]],
    ["a control frame in parts", [frame(0x09, "a")]],
    ["a control frame of more than 125 bytes", [frame(0x89, "x".repeat(126))]],
    ["half a close code", [frame(0x88, "\x03")]],
  ])("%s", (problem, frames) => {
    for (const segment of [1, 1000]) {
      expect(() => told(Buffer.concat(frames), segment)).toThrow(new BrokenFrame(problem));
    }
  });
});

describe("longer than is read is", () => {
  test("what the head of a frame says", () => {
    expect(told(headOf(BigInt(MAX_MESSAGE_BYTES)))).toEqual([]);
    for (const length of [BigInt(MAX_MESSAGE_BYTES) + 1n, 2n ** 32n, 2n ** 63n]) {
      expect(() => told(headOf(length))).toThrow(TooLong);
    }
  });

  test("a message of parts that are not", () => {
    const half = Buffer.concat([headOf(BigInt(MAX_MESSAGE_BYTES / 2)), Buffer.alloc(MAX_MESSAGE_BYTES / 2)]);
    const [first, next] = [Buffer.from(half), Buffer.from(half)];
    first[0] = 0x01;
    next[0] = 0x00;
    expect(told(Buffer.concat([first, next]))).toEqual([]);
    expect(() => told(Buffer.concat([first, next, frame(0x00, "x")]))).toThrow(TooLong);
  });
});

test("a long frame is not copied together with each segment, whatever it holds", () => {
  for (const first of [0x81, 0x01, 0x82]) {
    const reader = new Reader();
    reader.hear(frame(first, LONG).subarray(0, 1000));
    const concat = Buffer.concat;
    let copied = 0;
    Buffer.concat = (parts, length) => {
      copied++;
      return concat(parts, length);
    };
    try {
      for (let at = 1000; at < 8000; at += 10) reader.hear(Buffer.alloc(10, "x"));
    } finally {
      Buffer.concat = concat;
    }
    expect(copied).toBe(0);
  }
});
