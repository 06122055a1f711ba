import { expect, test } from "bun:test";
import { roomiest, together } from "./capacity.ts";

test("balancers add up", () => {
  expect(together([])).toEqual({ starting: 0, room: 0 });
  expect(
    together([
      { starting: 1, room: 2 },
      { starting: 0, room: 3 },
    ]),
  ).toEqual({ starting: 1, room: 5 });
});

test("the one with most room starts the next server", () => {
  const balancers = new Map([
    ["a", { starting: 0, room: 1 }],
    ["b", { starting: 5, room: 3 }],
    ["c", { starting: 0, room: 3 }],
  ]);
  expect(roomiest(balancers)).toBe("b");
  expect(roomiest(new Map([["a", { starting: 0, room: 0 }]]))).toBeNull();
  expect(roomiest([])).toBeNull();
});
