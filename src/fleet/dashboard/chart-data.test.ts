import { expect, test } from "bun:test";
import { fakeServer, fakeStatus } from "../fake-status.ts";
import { Cast } from "./cast.ts";
import { chartData, nearestLine, topOf } from "./chart-data.ts";
import { SeriesStore } from "./series-store.ts";

test("a chart has a line for each colour, and the rest as a crowd", () => {
  const servers = Array.from({ length: 20 }, (_, i) => fakeServer(`s${i}`, { writes_per_s: i }));
  const store = new SeriesStore();
  store.add(fakeStatus(5_000_000, servers));
  const cast = new Cast();
  cast.choose(servers);
  const data = chartData(store, cast, "writes_per_s");
  expect(data.times).toEqual([5000]);
  expect(data.slots.slice(0, 7).map(([value]) => value)).toEqual([19, 18, 17, 16, 15, 14, null]);
  expect(data.crowd).toHaveLength(14);
  expect([data.mean[0], data.max[0], data.highest]).toEqual([9.5, 19, 19]);
});

test("an empty fleet is an empty chart", () => {
  const data = chartData(new SeriesStore(), new Cast(), "connections");
  expect(data).toMatchObject({ times: [], crowd: [], highest: 0 });
});

test("the threshold is in sight once the load comes near it", () => {
  expect(topOf(100, 10, null)).toBeCloseTo(108);
  expect(topOf(0, 10, null)).toBe(10);
  expect(topOf(100, 10, 1000)).toBeCloseTo(108);
  expect(topOf(300, 10, 1000)).toBeCloseTo(1100);
  expect(topOf(2000, 10, 1000)).toBeCloseTo(2160);
});

test("the pointer means the nearest line in its reach", () => {
  const lines = new Map([
    ["a", [1, 10]],
    ["b", [2, 20]],
    ["c", [3, null]],
  ]);
  expect(nearestLine(lines, 1, 14, 5)).toBe("a");
  expect(nearestLine(lines, 1, 16, 5)).toBe("b");
  expect(nearestLine(lines, 1, 40, 5)).toBeNull();
  expect(nearestLine(lines, 7, 1, 5)).toBeNull();
});
