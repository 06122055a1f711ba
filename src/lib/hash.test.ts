import { expect, test } from "bun:test";
import { hash32 } from "./hash.ts";

// Vectors of the FNV reference code (http://www.isthe.com/chongo/tech/comp/fnv).
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("%p", (text, hash) => expect(hash32(text)).toBe(hash));
