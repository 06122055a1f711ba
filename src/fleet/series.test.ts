import { expect, test } from "bun:test";
import { fakeServer } from "./fake-status.ts";
import { Series } from "./series.ts";

test("has a value for each moment and figure, and null where a server was not there", () => {
  const series = new Series();
  expect(series.read()).toEqual({ at: [], servers: {} });
  series.add(0, () => [fakeServer("a", { connections: 1, writes_per_s: 2 })]);
  series.add(5000, () => [fakeServer("a", { connections: 3, loop_lag_ms: 0.4 }), fakeServer("b")]);
  series.add(10_000, () => [fakeServer("b", { memory_rss_bytes: 9 })]);
  expect(series.read()).toEqual({
    at: [0, 5000, 10_000],
    servers: {
      a: {
        connections: [1, 3, null],
        writes_per_s: [2, 0, null],
        loop_lag_ms: [0, 0.4, null],
        memory_rss_bytes: [0, 0, null],
      },
      b: {
        connections: [null, 0, 0],
        writes_per_s: [null, 0, 0],
        loop_lag_ms: [null, 0, 0],
        memory_rss_bytes: [null, 0, 9],
      },
    },
  });
});

test("goes back ten minutes; a server that is gone goes with its last value", () => {
  const series = new Series();
  series.add(0, () => [fakeServer("gone")]);
  for (let at = 5000; at < 600_000; at += 5000) series.add(at, () => [fakeServer("a")]);
  expect(series.read().at).toHaveLength(120);
  expect(Object.keys(series.read().servers)).toEqual(["gone", "a"]);
  series.add(600_000, () => [fakeServer("a")]);
  const { at, servers } = series.read();
  expect([at.length, at[0], at.at(-1)]).toEqual([120, 5000, 600_000]);
  expect(Object.keys(servers)).toEqual(["a"]);
});

test("what comes between two steps is left out, and does not push them back", () => {
  const series = new Series();
  for (const at of [0, 1000, 4400, 5100, 9900, 10_100]) series.add(at, () => [fakeServer("a")]);
  expect(series.read().at).toEqual([0, 5100, 9900]);
});
