import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";
import { FULL, QUICK } from "./row.ts";
import { ROWS } from "./rows.ts";

test("all rows and the full effort, unless asked for less", () => {
  expect(parseOptions([], ROWS)).toEqual({ rows: ROWS, effort: FULL, growth: false, write: false });
  const { rows, effort, write } = parseOptions(["--quick", "--only", "P9, p4", "--runs=2"], ROWS);
  expect(rows.map(({ id }) => id)).toEqual(["P9", "P4"]);
  expect([effort, write]).toEqual([{ ...QUICK, runs: 2 }, false]);
  expect(parseOptions(["--write"], ROWS).write).toBe(true);
  expect(parseOptions(["--growth"], ROWS).growth).toBe(true);
  expect(parseOptions(["--connections", "19000"], ROWS).effort.connections).toBe(19_000);
});

test("what is wrong is said with what is allowed", () => {
  expect(() => parseOptions(["--only", "P1,X"], ROWS)).toThrow("--only X: not a row; there are P1, P2");
  expect(() => parseOptions(["--runs", "0"], ROWS)).toThrow("--runs 0: not a whole number from 1 to 100");
  expect(() => parseOptions(["--connections", "20000"], ROWS)).toThrow("from 1 to 19000");
  expect(() => parseOptions(["--write", "--only", "P1"], ROWS)).toThrow("not with --only");
  expect(() => parseOptions(["--growth", "--only", "P1"], ROWS)).toThrow("not with --only");
  expect(() => parseOptions(["--quik"], ROWS)).toThrow("--quik");
});

test("each row has one name, one of ours, and a column for its aim", () => {
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
  for (const { entrants, aims, columns } of ROWS) {
    expect(entrants.filter(({ isOurs }) => isOurs)).toHaveLength(1);
    expect(columns.map(({ key }) => key)).toEqual(expect.arrayContaining(aims.map(({ key }) => key)));
  }
});
