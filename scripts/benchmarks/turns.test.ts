import { expect, test } from "bun:test";
import { type Entrant, QUICK, type Row } from "./row.ts";
import { measureRow } from "./turns.ts";

test("everyone takes turns, every other run backwards; who is missing or fails stops nobody", async () => {
  const asked: string[] = [];
  const entrant = (name: string, missing: string | null = null): Entrant => ({
    ...{ name, missing, isOurs: false },
    async measure() {
      asked.push(name);
      if (name === "c") throw new Error("it broke");
      return { figures: { n: asked.length } };
    },
  });
  const row: Row = {
    ...{ id: "P0", title: "", method: "", aim: null, columns: [], repeat: 2 },
    entrants: [entrant("a"), entrant("b", "not installed here"), entrant("c")],
  };
  const [a, b, c] = await measureRow(row, { ...QUICK, runs: 1 }, () => {});
  expect(asked).toEqual(["a", "c", "c", "a"]);
  expect(a!.measurements.map(({ figures }) => figures.n)).toEqual([1, 4]);
  expect(b!.measurements).toEqual([]);
  expect(c!.measurements[0]).toEqual({ figures: {}, note: "failed: it broke" });
});
