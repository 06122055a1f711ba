import { describe, expect, test } from "bun:test";
import { type ChildExit, replace } from "./replace.ts";

const killed: ChildExit = { phase: "ready", code: null, ageMs: 60_000 };

describe("a child that ended as it should is not replaced", () => {
  test.each<[string, ChildExit]>([
    ["by itself, in good order", { ...killed, code: 0 }],
    ["drained, however it went", { ...killed, phase: "draining" }],
    ["retired, by whichever balancer", { ...killed, phase: "retiring", code: 1 }],
  ])("%s", (_, exit) => {
    expect(replace(exit, 0)).toBeNull();
  });
});

test("one that was killed, or failed, is replaced at once", () => {
  for (const exit of [killed, { ...killed, code: 1 }, { ...killed, phase: "unready" as const }]) {
    expect(replace(exit, 3)).toEqual({ pauseMs: 0, infantDeaths: 0 });
  }
});

test("those that die at once are replaced after pauses that grow to half a minute", () => {
  const pauses: number[] = [];
  let infantDeaths = 0;
  for (let death = 0; death < 9; death++) {
    const replacement = replace({ ...killed, ageMs: 9999 }, infantDeaths)!;
    pauses.push(replacement.pauseMs);
    infantDeaths = replacement.infantDeaths;
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("one that never listened died at once, however long it took, and whatever it says", () => {
  expect(replace({ phase: null, code: 0, ageMs: 60_000 }, 0)).toEqual({ pauseMs: 500, infantDeaths: 1 });
});
