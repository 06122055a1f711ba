import { expect, test } from "bun:test";
import { native } from "../protocol/native.ts";
import { frameSize } from "./frame-size.ts";

test("is the size on the wire of a text under a long id, in bytes", () => {
  const frame = (messageId: number, text: string) =>
    native.encodeFromClient({ messageId, text, room: "r", sender: "ann", sentAt: "2026-01-31T12:00:00Z" });
  for (const text of ["", "plain", 'quoted "so"\n', "日本 💬"]) {
    expect(frameSize(text)).toBe(Buffer.byteLength(frame(Number.MAX_SAFE_INTEGER, text)));
    expect(frameSize(text)).toBeGreaterThan(Buffer.byteLength(frame(2 ** 48, text)));
  }
});
