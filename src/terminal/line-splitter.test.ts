import { expect, test } from "bun:test";
import { LineSplitter } from "./line-splitter.ts";

/** All lines of a text that comes in these chunks. */
function split(chunks: string[], limit = 100): string[] {
  const splitter = new LineSplitter(limit);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

test("lines however they are cut into chunks, with either line end", () => {
  const lines = ["one", "", "two", "three"];
  expect(split(["one\n\ntwo\r\nthree"])).toEqual(lines);
  expect(split(["o", "ne\n", "\ntwo\r", "\nthree\n"])).toEqual(lines);
  expect(split([..."one\n\ntwo\r\nthree"])).toEqual(lines);
  expect(split([])).toEqual([]);
});

test("of a line that is too long only the start is kept", () => {
  expect(split(["123456789\n12345\r\n123456\r\n"], 5)).toEqual(["123456", "12345", "123456"]);
  expect(split(["1234", "56789", "0", "\nab"], 5)).toEqual(["123456", "ab"]);
});
