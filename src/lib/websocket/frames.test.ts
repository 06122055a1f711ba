import { describe, expect, test } from "bun:test";
import { BrokenFrame, clientFrame, OPCODE, readFrames } from "./frames.ts";

interface Taken {
  opcode: number;
  isFinal: boolean;
  text: string;
}

/** What is read of `bytes`, and how many of them are left. */
function read(bytes: Buffer, most = Number.POSITIVE_INFINITY): { frames: Taken[]; left: number } {
  const frames: Taken[] = [];
  const end = readFrames(bytes, {
    take(opcode, isFinal, from, start, stop) {
      frames.push({ opcode, isFinal, text: from.toString("utf8", start, stop) });
      return frames.length < most;
    },
    begin: () => false,
  });
  return { frames, left: bytes.length - end };
}

/** As a server sends it: without a mask. */
function serverFrame(first: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  if (length < 65_536) {
    return Buffer.concat([Buffer.from([first, 126, length >> 8, length & 255]), payload]);
  }
  const head = Buffer.from([first, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 6);
  return Buffer.concat([head, payload]);
}

const FINAL_TEXT = 0x80 | OPCODE.text;
const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];

describe("readFrames", () => {
  test.each(LENGTHS)("a text of %d bytes", (length) => {
    const text = "x".repeat(length);
    const { frames, left } = read(serverFrame(FINAL_TEXT, text));
    expect(frames).toEqual([{ opcode: OPCODE.text, isFinal: true, text }]);
    expect(left).toBe(0);
  });

  test("takes what is whole and leaves the rest, wherever the bytes end", () => {
    const texts = ["", "grüße", "y".repeat(126), "z".repeat(300)];
    const bytes = Buffer.concat(texts.map((text) => serverFrame(FINAL_TEXT, text)));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const first = read(bytes.subarray(0, cut));
      const second = read(bytes.subarray(cut - first.left));
      expect([...first.frames, ...second.frames].map(({ text }) => text)).toEqual(texts);
      expect(second.left).toBe(0);
    }
  });

  test("stops where it is told to", () => {
    const bytes = Buffer.concat(["a", "b", "c"].map((text) => serverFrame(FINAL_TEXT, text)));
    expect(read(bytes, 2)).toMatchObject({ frames: [{ text: "a" }, { text: "b" }], left: 3 });
  });

  test("says which frames are parts", () => {
    const bytes = Buffer.concat([
      serverFrame(OPCODE.text, "a"),
      serverFrame(0x80 | OPCODE.continuation, "b"),
    ]);
    expect(read(bytes).frames.map(({ isFinal }) => isFinal)).toEqual([false, true]);
  });

  test("tells of the frame that is not whole once its head is, and is told whether it is taken", () => {
    const bytes = Buffer.concat([serverFrame(FINAL_TEXT, "a"), serverFrame(OPCODE.text, "b".repeat(300))]);
    const begun: unknown[] = [];
    const end = (length: number, isTaken: boolean) =>
      readFrames(bytes.subarray(0, length), {
        take: () => true,
        begin(opcode, isFinal, payload, _, start) {
          begun.push({ opcode, isFinal, payload, start });
          return isTaken;
        },
      });
    expect(end(6, true)).toBe(3);
    expect(begun).toEqual([]);
    expect([end(100, false), end(100, true)]).toEqual([3, 100]);
    expect(begun[0]).toEqual({ opcode: OPCODE.text, isFinal: false, payload: 300, start: 7 });
  });

  test("a masked frame, and one of an extension, are against the standard", () => {
    expect(() => read(clientFrame(OPCODE.text, "a", 1))).toThrow(BrokenFrame);
    expect(() => read(serverFrame(FINAL_TEXT | 0x40, "a"))).toThrow(BrokenFrame);
  });
});

describe("clientFrame", () => {
  test.each(LENGTHS)("is that of a server under a mask: %d bytes", (length) => {
    const text = "m".repeat(length);
    const frame = clientFrame(OPCODE.text, text, 0xfedc_ba98);
    const plain = serverFrame(FINAL_TEXT, text);
    const head = plain.length - length;
    expect(frame.length).toBe(plain.length + 4);
    expect(frame[1]).toBe(plain[1]! | 0x80);
    expect(frame.subarray(2, head)).toEqual(plain.subarray(2, head));
    const mask = frame.subarray(head, head + 4);
    expect(mask.toString("hex")).toBe("fedcba98");
    const payload = frame.subarray(head + 4).map((byte, at) => byte ^ mask[at % 4]!);
    expect(Buffer.from(payload).toString()).toBe(text);
  });

  test("counts bytes and not characters", () => {
    expect(clientFrame(OPCODE.text, "ä".repeat(63), 0).readUInt16BE(2)).toBe(126);
  });
});
