import { expect, test } from "bun:test";
import { dialects } from "./dialects.ts";
import { wireSizes } from "./wire-size.ts";

test("the native dialect carries most around a text, and alone answers its sender", () => {
  const [native, plain, register] = [dialects.native, dialects.plain, dialects.register].map((dialect) =>
    wireSizes(dialect, 256),
  );
  expect(native).toEqual({ message: 312, ack: 52, delivery: 400 });
  expect([plain?.ack, register?.ack]).toEqual([0, 0]);
  expect(register!.delivery).toBeLessThan(native!.delivery);
});

test("a byte of text is a byte on the wire, and headers grow with the frame", () => {
  const sizes = (bytes: number) => wireSizes(dialects.register, bytes);
  expect(sizes(201).delivery - sizes(200).delivery).toBe(1);
  expect(sizes(65_536).delivery - sizes(65_000).delivery).toBe(536 + 6);
  expect(sizes(120).delivery - sizes(20).delivery).toBe(100 + 2);
});
