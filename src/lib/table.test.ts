import { expect, test } from "bun:test";
import { drawTable } from "./table.ts";

test("words stand left, figures right, and there is one rule", () => {
  expect(
    drawTable(
      ["name", "count"],
      [
        ["a", "10"],
        ["bcdefg", "9"],
      ],
      ["count"],
    ).split("\n"),
  ).toEqual([
    "┌────────┬───────┐",
    "│ name   │ count │",
    "├────────┼───────┤",
    "│ a      │    10 │",
    "│ bcdefg │     9 │",
    "└────────┴───────┘",
  ]);
});
