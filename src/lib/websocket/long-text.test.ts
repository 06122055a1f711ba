import { expect, test } from "bun:test";
import { LongText } from "./long-text.ts";

/** The head of a frame that holds so many bytes. */
function head(first: number, length: number): Buffer {
  const bytes = Buffer.from([first, 126, 0, 0]);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

test("takes what belongs to it, and no more", () => {
  const payload = Buffer.from("abcdefgh".repeat(1000));
  const text = LongText.beginning(Buffer.concat([head(0x81, payload.length), payload.subarray(0, 3000)]))!;
  expect(text.missing).toBe(5000);
  expect(text.add(payload.subarray(3000, 7999))).toHaveLength(0);
  expect(text.add(Buffer.from("h and the next")).toString()).toBe(" and the next");
  expect(text.missing).toBe(0);
  expect(Buffer.concat(text.parts).equals(payload)).toBe(true);
});

test("none begins with a short text, half a head, a part of a message, or anything but a text", () => {
  for (const bytes of [
    head(0x81, 100),
    head(0x81, 8000).subarray(0, 3),
    head(0x01, 8000),
    head(0x80, 8000),
    head(0x82, 8000),
    Buffer.alloc(0),
  ]) {
    expect(LongText.beginning(bytes)).toBeNull();
  }
});
