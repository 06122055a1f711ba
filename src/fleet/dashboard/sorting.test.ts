import { expect, test } from "bun:test";
import { fakeServer } from "../fake-status.ts";
import { sortBy, sortServers } from "./sorting.ts";

const servers = [
  fakeServer("s10", { writes_per_s: 5, started_at: 300 }),
  fakeServer("s9", { writes_per_s: 5, started_at: 100 }),
  fakeServer("s1", { writes_per_s: 7, started_at: 200, phase: "draining" }),
];

function order(...sorting: Parameters<typeof sortServers>[1][]): string[] {
  return sortServers(servers, sorting[0]!).map(({ id }) => id);
}

test("ids are ordered as numbers are, and numbers by size", () => {
  expect(order({ key: "id", descending: false })).toEqual(["s1", "s9", "s10"]);
  expect(order({ key: "id", descending: true })).toEqual(["s10", "s9", "s1"]);
  expect(order({ key: "writes_per_s", descending: true })).toEqual(["s1", "s9", "s10"]);
});

test("equals stand by id, whichever way", () => {
  expect(order({ key: "writes_per_s", descending: false })).toEqual(["s9", "s10", "s1"]);
});

test("the greatest age started first", () => {
  expect(order({ key: "age", descending: true })).toEqual(["s9", "s1", "s10"]);
});

test("a click turns the order round, or begins with what one looks for", () => {
  expect(sortBy("rooms", { key: "id", descending: false })).toEqual({ key: "rooms", descending: true });
  expect(sortBy("rooms", { key: "rooms", descending: true })).toEqual({ key: "rooms", descending: false });
  expect(sortBy("id", { key: "rooms", descending: true })).toEqual({ key: "id", descending: false });
});
