import { beforeEach, expect, test } from "bun:test";
import { type Entrant, FULL, QUICK, type Row } from "./row.ts";
import { measureRow } from "./turns.ts";

const asked: string[] = [];

function entrant(name: string, missing: string | null = null): Entrant {
  return {
    ...{ name, missing, isOurs: name === "a" },
    async measure() {
      asked.push(name);
      if (name === "c") throw new Error("it broke");
      return { figures: { n: asked.length } };
    },
  };
}

const row: Row = {
  ...{ id: "P0", title: "", method: "", aims: [], columns: [], repeat: 2 },
  entrants: [entrant("a"), entrant("b", "not installed here"), entrant("c")],
};

beforeEach(() => {
  asked.length = 0;
});

test("everyone takes turns, every other run backwards; who is missing or fails stops nobody", async () => {
  const [a, b, c] = await measureRow(row, { ...FULL, runs: 1 }, () => {});
  expect(asked).toEqual(["a", "c", "c", "a"]);
  expect(a!.measurements.map(({ figures }) => figures.n)).toEqual([1, 4]);
  expect(b!.measurements).toEqual([]);
  expect(c!.measurements[0]).toEqual({ figures: {}, note: "failed: it broke" });
});

test("what a row needs is there before anyone is measured, and gone after the last", async () => {
  const prepare = () => {
    asked.push("ready");
    return () => void asked.push("tidy");
  };
  await measureRow({ ...row, prepare }, { ...FULL, runs: 1 }, () => {});
  expect(asked).toEqual(["ready", "a", "c", "c", "a", "tidy"]);
});

test("of the peers only so many are asked as the effort has room for", async () => {
  const outcomes = await measureRow(row, { ...QUICK, runs: 1, peers: 1 }, () => {});
  expect(outcomes.map(({ entrant }) => entrant.name)).toEqual(["a", "b"]);
  expect(asked).toEqual(["a", "a"]);
});
