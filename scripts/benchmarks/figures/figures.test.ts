import { expect, test } from "bun:test";
import type { Entrant, Outcome, Row } from "../row.ts";
import { withFigures } from "./document.ts";
import { renderRow } from "./render.ts";
import { spreadOf } from "./spread.ts";

function entrant(name: string, missing: string | null = null): Entrant {
  return { name, missing, isOurs: name === "ours", measure: async () => ({ figures: {} }) };
}

function outcome(of: Entrant, rates: Array<number | null>, note?: string): Outcome {
  return {
    entrant: of,
    measurements: rates.map((rate) => ({ figures: { rate }, ...(note === undefined ? {} : { note }) })),
  };
}

const row: Row = {
  ...{ id: "P9", title: "a question", method: "How it is asked.", entrants: [] },
  aims: [{ text: "100/s", key: "rate", atLeast: 100 }],
  repeat: 1,
  columns: [{ key: "rate", head: "rate/s", format: (rate) => rate.toFixed(0) }],
};

test("a median stands between the least and the most; nothing measured is no figure", () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, null, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(spreadOf([null])).toBeNull();
});

test("a row: ours and its peers, the aim, and what limited each", () => {
  const outcomes = [
    outcome(entrant("ours"), [80, 90, 70], "the generator was the limit"),
    outcome(entrant("peer"), [50, 50]),
    outcome(entrant("silent"), [null]),
    outcome(entrant("absent", "not installed here"), []),
  ];
  expect(renderRow(row, outcomes)).toBe(`### P9: a question

How it is asked. Medians of 3 runs, with the least and the most.

|  | rate/s |
| --- | --- |
| ours | 80 (70 to 90) |
| peer | 50 |
| silent | – |
| absent | not installed here |

Aim: 100/s. **Missed**: 80, 80 % of it.

- ours: the generator was the limit`);
});

test("an aim may be a most, too, and is reached at its edge", () => {
  const most: Row = { ...row, aims: [{ text: "at most 40 ms", key: "rate", atMost: 40 }] };
  expect(renderRow(most, [outcome(entrant("ours"), [40])])).toContain("One run.");
  expect(renderRow(most, [outcome(entrant("ours"), [40])])).toContain("Reached: 40, 100 % of it.");
  expect(renderRow(most, [outcome(entrant("ours"), [41])])).toContain("**Missed**: 41");
  expect(renderRow(most, [outcome(entrant("ours"), [null])])).toContain("**Not measured.**");
});

test("figures take the place of those before, and nothing else of the page changes", () => {
  const page = (text: string) =>
    `<!-- a writes from here -->\n\nkept\n\n<!-- to here -->\n\n` +
    `<!-- b writes from here -->\n\n${text}\n\n<!-- to here -->\n\nmore\n`;
  expect(withFigures(page("old"), "b", "new\n")).toBe(page("new"));
  expect(withFigures(page("old"), "b", "costs $& and $1")).toBe(page("costs $& and $1"));
  expect(() => withFigures(page("old"), "c", "new")).toThrow("no place for figures");
});
