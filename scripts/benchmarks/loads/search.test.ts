import { expect, test } from "bun:test";
import type { RoomOutcome } from "./room-load.ts";
import { searchHighest } from "./search.ts";

const QUIET: RoomOutcome = {
  ...{
    startedAt: 0,
    sent: 1,
    received: 10,
    lost: 0,
    repeated: 0,
    spanMs: 1000,
    p50: 1,
    p99: 20,
    frames: null,
    processes: 1,
    limit: "",
  },
  ...{ cpuPercent: 0, generatorPercent: 0, othersPercent: 0, serverBytes: 0, machineBytes: 0 },
};

/** Searches from 100 on, in `steps` load tests, one answer after the other. */
async function search(answers: Array<Partial<RoomOutcome>>, steps: number, retries = 0) {
  const tried: number[] = [];
  const attempt = async (load: number) => {
    tried.push(load);
    return { ...QUIET, ...answers[tried.length - 1]! };
  };
  const found = await searchHighest({ start: 100, most: 1000, steps, retries, mostMs: 50, attempt });
  return { tried, ...found };
}

const slow = { p99: 51 };

test("a load holds when nothing is lost or repeated and the latency is short enough", async () => {
  const { tried, good, bad } = await search([{}, slow, { lost: 1 }, { p99: 50 }], 4);
  expect(tried).toEqual([100, 200, 150, 125]);
  expect([good, bad]).toEqual([125, 150]);
  for (const broken of [{ p99: null }, { repeated: 1 }]) expect((await search([broken], 1)).good).toBeNull();
});

test("what others have spoiled is tried again, so many times", async () => {
  const spoiled = { ...slow, othersPercent: 26 };
  expect((await search([spoiled, spoiled, {}], 1, 2)).tried).toEqual([100, 100, 100]);
  const { tried, bad } = await search([spoiled, spoiled], 1, 1);
  expect([tried, bad]).toEqual([[100, 100], 100]);
  expect((await search([{ othersPercent: 190 }], 1, 1)).good).toBe(100);
});

test("a load that held once and broke once has broken", async () => {
  const { tried, bad, outcomes } = await search([{}, slow, slow, slow, slow, slow, { p99: 52 }], 7);
  expect(tried).toEqual([100, 200, 150, 125, 113, 107, 100]);
  expect([bad, outcomes.get(100)!.p99]).toEqual([100, 52]);
});
