import { expect, test } from "bun:test";
import { measureFleet } from "./fleet-load.ts";
import type { ServerState } from "./fleet-state.ts";
import { Newcomers } from "./newcomers.ts";
import { DEFAULT_POLICY } from "./options.ts";
import { NOW, testServer } from "./test-fleet.ts";

const fleet = (...servers: ServerState[]) => measureFleet(servers, DEFAULT_POLICY, NOW);
const quiet = fleet(testServer({ id: "a" }), testServer({ id: "b" }));

test("who comes to a new room meets the first ones, within this second and the next", () => {
  const newcomers = new Newcomers();
  expect(newcomers.meetingPlace("r", quiet)).toBeUndefined();
  newcomers.add("r", "a", 1);
  expect(newcomers.meetingPlace("r", quiet)).toBe("a");
  newcomers.turn();
  expect(newcomers.meetingPlace("r", quiet)).toBe("a");
  newcomers.turn();
  expect(newcomers.meetingPlace("r", quiet)).toBeUndefined();
});

test("the newest place is the one", () => {
  const newcomers = new Newcomers();
  newcomers.add("r", "a", 1);
  newcomers.turn();
  newcomers.add("r", "b", 1);
  expect(newcomers.meetingPlace("r", quiet)).toBe("b");
});

test("a room whose members are known needs no meeting place", () => {
  const newcomers = new Newcomers();
  newcomers.add("r", "a", 1);
  expect(newcomers.meetingPlace("r", fleet(testServer({ id: "a", rooms: { r: {} } })))).toBeUndefined();
});

test("nobody meets on a server that is gone, takes nobody or is late", () => {
  const newcomers = new Newcomers();
  newcomers.add("r", "a", 1);
  for (const a of [[], [testServer({ id: "a", phase: "draining" })], [testServer({ id: "a", lag: 100 })]]) {
    expect(newcomers.meetingPlace("r", fleet(...a, testServer({ id: "b" })))).toBeUndefined();
  }
});

test("a room that comes all at once spreads after its first hundred", () => {
  const newcomers = new Newcomers();
  newcomers.add("r", "a", 99);
  expect(newcomers.meetingPlace("r", quiet)).toBe("a");
  newcomers.add("r", "a", 1);
  expect(newcomers.meetingPlace("r", quiet)).toBeUndefined();
});
