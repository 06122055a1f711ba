import { expect, test } from "bun:test";
import { fakeServer, fakeStatus } from "../fake-status.ts";
import { SeriesStore, STEP_MS, summariseLines, WINDOW_MS } from "./series-store.ts";

const START = 1_000_000_000;

function add(store: SeriesStore, at: number, connections: Record<string, number>): void {
  const servers = Object.entries(connections).map(([id, count]) => fakeServer(id, { connections: count }));
  store.add(fakeStatus(at, servers));
}

function linesOf(store: SeriesStore): Record<string, unknown> {
  return Object.fromEntries(store.of("connections"));
}

test("each second moves the newest point, which stays when its 5 seconds are over", () => {
  const store = new SeriesStore();
  for (let second = 0; second <= 12; second++) add(store, START + 1000 * second, { a: second });
  expect(store.at.map((at) => at - START)).toEqual([4000, 9000, 12_000]);
  expect(linesOf(store)).toEqual({ a: [4, 9, 12] });
});

test("it goes on where the balancer's series ends", () => {
  const store = new SeriesStore();
  const line = { connections: [1, 2], writes_per_s: [3, 4], loop_lag_ms: [5, 6], memory_rss_bytes: [7, 8] };
  store.load({ at: [START, START + STEP_MS], servers: { a: line } });
  add(store, START + STEP_MS + 1000, { a: 20, b: 9 });
  add(store, START + 2 * STEP_MS, { a: 30, b: 10 });
  expect(linesOf(store)).toEqual({ a: [1, 20, 30], b: [null, 9, 10] });
  expect(store.values("a", "memory_rss_bytes")).toEqual([7, 0, 0]);
});

test("a server that left is forgotten with its last point, 10 minutes later", () => {
  const store = new SeriesStore();
  add(store, START, { a: 1, b: 1 });
  for (let at = START + STEP_MS; at <= START + WINDOW_MS + STEP_MS; at += STEP_MS) add(store, at, { a: 2 });
  expect(store.at).toHaveLength(WINDOW_MS / STEP_MS + 2);
  expect(store.values("b", "connections")?.[0]).toBe(1);
  add(store, START + WINDOW_MS + 2 * STEP_MS, { a: 3 });
  expect(store.at).toHaveLength(WINDOW_MS / STEP_MS + 2);
  expect(store.values("b", "connections")).toBeNull();
});

test("a silence is a hole in the line", () => {
  const store = new SeriesStore();
  add(store, START, { a: 1 });
  add(store, START + 60_000, { a: 2 });
  expect(linesOf(store)).toEqual({ a: [1, null, 2] });
});

test("a clock that was set back begins anew", () => {
  const store = new SeriesStore();
  add(store, START, { a: 1 });
  add(store, START - 60_000, { a: 2 });
  expect(linesOf(store)).toEqual({ a: [2] });
});

test("a series of uneven columns is made even", () => {
  const store = new SeriesStore();
  const line = { connections: [1], writes_per_s: [], loop_lag_ms: [1, 2, 3], memory_rss_bytes: [] };
  store.load({ at: [START, START + STEP_MS], servers: { a: line } });
  expect(linesOf(store)).toEqual({ a: [1, null] });
  expect(store.values("a", "loop_lag_ms")).toEqual([1, 2]);
});

test("mean and greatest leave out who was not there", () => {
  const { mean, max } = summariseLines(
    [
      [1, null, 5],
      [3, null, null],
    ],
    3,
  );
  expect(mean).toEqual([2, null, 5]);
  expect(max).toEqual([3, null, 5]);
});
