import { expect, test } from "bun:test";
import { OPTIONS } from "../fake-options.ts";
import { fakeSeries } from "./fake-series.ts";

test("runs one test after the other, with a pause between any two", async () => {
  const { series, log, kept } = fakeSeries(({ rooms }) => ({ problems: rooms === 2 ? ["a loss"] : [] }));
  await series.run("rooms=1", { ...OPTIONS, rooms: 1 });
  await series.run("rooms=2", { ...OPTIONS, rooms: 2 });
  await series.run("rooms=3", { ...OPTIONS, rooms: 3 });
  expect(log).toEqual(["run rooms=1", "pause 5000", "run rooms=2", "pause 5000", "run rooms=3"]);
  expect(series.runs.map(({ file, problems }) => [file, problems])).toEqual([
    ["rooms=1.csv", []],
    ["rooms=2.csv", ["a loss"]],
    ["rooms=3.csv", []],
  ]);
  expect(kept).toEqual(series.runs);
  expect(series.runs[0]!.summary!.label).toBe("rooms=1");
  expect(series.ended).toBeNull();
});

test("one that cannot run is recorded, and the series goes on", async () => {
  const { series, kept } = fakeSeries(({ rooms }) => (rooms % 2 === 0 ? "nobody answers" : {}));
  for (const rooms of [1, 2, 3, 4, 5]) await series.run(`${rooms}`, { ...OPTIONS, rooms });
  expect(series.ended).toBeNull();
  expect(series.runs).toHaveLength(5);
  expect(series.runs[1]).toMatchObject({ summary: null, problems: ["nobody answers"] });
  expect(kept.map(({ label }) => label)).toEqual(["1", "3", "5"]);
});

test("two in a row that cannot run end it", async () => {
  const { series, log } = fakeSeries(({ rooms }) => (rooms > 1 ? "nobody answers" : {}));
  for (const rooms of [1, 2, 3]) await series.run(`${rooms}`, { ...OPTIONS, rooms });
  expect(series.ended).toBe("ended: 2 load tests in a row could not run");
  expect(await series.run("4", OPTIONS)).toBeNull();
  expect(log.filter((line) => line.startsWith("run"))).toHaveLength(3);
});

test("stopped, the running test is kept if it has measured anything, and no other is started", async () => {
  const { series, stop } = fakeSeries(() => {
    stop();
    return {};
  });
  expect(await series.run("1", OPTIONS)).not.toBeNull();
  expect(await series.run("2", OPTIONS)).toBeNull();
  expect(series.runs).toHaveLength(1);
  expect(series.ended).toBe("stopped before its end");
});

test("stopped before anything was measured, there is nothing to record", async () => {
  const { series, stop } = fakeSeries(() => "Stopped before any client was in");
  stop();
  expect(await series.run("1", OPTIONS)).toBeNull();
  expect(series.runs).toEqual([]);
});

test("a defect is not a test that could not run", async () => {
  const { series } = fakeSeries(() => {
    throw new TypeError("a defect");
  });
  await expect(series.run("1", OPTIONS)).rejects.toThrow(TypeError);
});
