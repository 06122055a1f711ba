import { describe, expect, test } from "bun:test";
import { UsageError } from "../../lib/errors.ts";
import type { Axis } from "./axis.ts";
import { parseSweep } from "./grid.ts";

function whole(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError("not a whole number above 0");
}

const AXES: Record<string, Axis> = {
  rooms: { key: "rooms", parse: whole },
  "room-size": { key: "roomSize", parse: whole },
  dialect: { key: "dialect", parse: (text) => text },
};
const labels = (text: string) => parseSweep(text, AXES).map(({ label }) => label);

describe("parseSweep", () => {
  test("a range and a single value", () => {
    expect(parseSweep("rooms=1 room-size=10..30+10", AXES)).toEqual([
      { label: "rooms=1 room-size=10", options: { rooms: 1, roomSize: 10 } },
      { label: "rooms=1 room-size=20", options: { rooms: 1, roomSize: 20 } },
      { label: "rooms=1 room-size=30", options: { rooms: 1, roomSize: 30 } },
    ]);
  });

  test("several axes: all combinations, the first changes slowest", () => {
    expect(labels(" rooms=1,2  dialect=native,plain ")).toEqual([
      ...["rooms=1 dialect=native", "rooms=1 dialect=plain"],
      ...["rooms=2 dialect=native", "rooms=2 dialect=plain"],
    ]);
  });

  test("a list of ranges and values", () => {
    expect(labels("rooms=1..3+1,10,20..40+20")).toEqual(
      [1, 2, 3, 10, 20, 40].map((rooms) => `rooms=${rooms}`),
    );
  });

  test("groups, one after the other: the original experiment's second test", () => {
    const text =
      "rooms=25 room-size=2,4,8,12,16; rooms=50 room-size=8,12; rooms=75 room-size=8; rooms=100,150,175,200 room-size=4";
    const combinations = parseSweep(text, AXES);
    expect(combinations).toHaveLength(12);
    expect(combinations.at(-1)!.options).toEqual({ rooms: 200, roomSize: 4 });
  });

  test.each([
    ["", "nothing to vary; try 'rooms=1"],
    ["rooms=1;", "nothing to vary"],
    ["rooms", "rooms is not an axis"],
    ["=5", "=5 is not an axis"],
    ["rooms = 5", "rooms is not an axis"],
    ["speed=5", "speed is not an option that can be varied; allowed: rooms, room-size, dialect"],
    ["constructor=5", "constructor is not an option"],
    ["rooms=", "rooms=: not a whole number above 0"],
    ["rooms=1,x", "rooms=x: not a whole number above 0"],
    ["rooms=1 rooms=2", "rooms is named twice in one group"],
    ["rooms=1,2,1", "rooms=1 is named twice"],
    ["rooms=1..3+1,2", "rooms=2 is named twice"],
    ["rooms=1 room-size=2; rooms=1 room-size=2,4", "rooms=1 room-size=2 is named twice"],
    ["rooms=10..20", "rooms=10..20 is not a range; try rooms=10..110+10"],
    ["rooms=10..25+10", "does not meet its end: the last value would be 20"],
    ["rooms=20..10+5", "runs backwards"],
    ["rooms=1..5+0", "never ends: its step is 0"],
    ["rooms=1..1000000+1", "has more than 200 values"],
    ["rooms=1..20+1 room-size=1..11+1", "more than 200 combinations"],
  ])("%p is refused: %s", (text, sentence) => {
    expect(() => parseSweep(text, AXES)).toThrow(UsageError);
    expect(() => parseSweep(text, AXES)).toThrow(sentence);
  });

  test("what is wrong with a parser of ours is not told as a mistake of the caller", () => {
    const broken = () => {
      throw new TypeError("a defect");
    };
    expect(() => parseSweep("rooms=1", { rooms: { key: "rooms", parse: broken } })).toThrow(TypeError);
  });
});
