import { expect, test } from "bun:test";
import { packSayings, type Saying, unpackSayings } from "./sayings.ts";

test("sayings come out as they went in", () => {
  const sayings: Saying[] = Array.from({ length: 5 }, (_, i) => ({
    author: `1f2e3d4c.${i}.7`,
    room: i,
    sequence: i + 1,
    sentUs: 1_763_683_200_000_001 + i,
    scheduledUs: 1_763_683_200_000_000 + i,
    second: i,
    counts: i % 2 === 0,
  }));
  for (const count of [0, 1, 5]) {
    expect(unpackSayings(structuredClone(packSayings(sayings.slice(0, count))))).toEqual(
      sayings.slice(0, count),
    );
  }
});
