import { expect, test } from "bun:test";
import { SharedTexts } from "./shared-texts.ts";

function read(texts: SharedTexts, text: string): string {
  const bytes = Buffer.from(`before ${text} after`);
  return texts.read(bytes, 7, bytes.length - 6);
}

/** The text in parts of so many bytes. */
function join(texts: SharedTexts, text: string, size: number): string {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return texts.join(parts);
}

const LONG = `[${Array.from({ length: 500 }, (_, i) => `{"offset":${i},"text":"grüße"}`).join(",")}]`;

test("what comes again is what came, whole or in parts, however often", () => {
  const texts = new SharedTexts();
  for (let time = 0; time < 40; time++) {
    for (const text of ["", "short", "é".repeat(100), LONG, LONG.slice(0, 256), LONG.slice(0, 257)]) {
      expect(read(texts, text)).toBe(text);
      for (const size of [50, 128, 1000]) expect(join(texts, text, size)).toBe(text);
    }
  }
});

test("texts of the same beginning, of the same end, or of the same length are told apart", () => {
  const texts = new SharedTexts();
  const others = [
    LONG,
    `${LONG} `,
    `${LONG.slice(0, -1)}!`,
    `!${LONG.slice(1)}`,
    LONG.slice(0, -200),
    LONG.slice(200),
    LONG.slice(0, 200) + LONG.slice(-200),
  ];
  for (let time = 0; time < 20; time++) {
    for (const text of others) {
      expect(read(texts, text)).toBe(text);
      expect(join(texts, text, 300)).toBe(text);
    }
  }
});

test("one that differs in its midst alone is found out within sixteen", () => {
  const texts = new SharedTexts();
  const middle = LONG.length / 2;
  const changed = `${LONG.slice(0, middle)}!${LONG.slice(middle + 1)}`;
  read(texts, LONG);
  const heard = Array.from({ length: 16 }, () => read(texts, changed));
  expect(heard.filter((text) => text === changed).length).toBeGreaterThanOrEqual(1);
});

test("many texts, more than are kept, stay themselves", () => {
  const texts = new SharedTexts();
  for (let i = 0; i < 2000; i++)
    for (let time = 0; time < 3; time++) expect(read(texts, i + LONG)).toBe(i + LONG);
});
