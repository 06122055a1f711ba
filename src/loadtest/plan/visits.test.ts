import { expect, test } from "bun:test";
import { OPTIONS } from "../fake-options.ts";
import type { LoadOptions } from "../options.ts";
import { planVisits, type Visit } from "./visits.ts";

function planned(change: Partial<LoadOptions> = {}, process = 0, processes = 1): Visit[] {
  return planVisits({ ...OPTIONS, ...change }, "run1", { process, processes }).visits;
}

test("every room gets its members, under ids that are all different", () => {
  const visits = planned();
  expect(visits).toHaveLength(12);
  expect(new Set(visits.map(({ id }) => id)).size).toBe(12);
  for (const room of [0, 1, 2]) expect(visits.filter((visit) => visit.room === room)).toHaveLength(4);
});

test("connects are spread evenly over the ramp", () => {
  expect(planned().map(({ from }) => from)).toEqual(Array.from({ length: 12 }, (_, i) => i * 100));
});

test("the shares of all processes are the whole, whatever their number", () => {
  const options: Partial<LoadOptions> = { rooms: 7, roomSize: 9, roomsDist: { kind: "zipf", exponent: 1.2 } };
  const whole = planned(options);
  for (const processes of [2, 3, 8]) {
    const shares = Array.from({ length: processes }, (_, process) => planned(options, process, processes));
    expect(shares.flat().sort(byId)).toEqual(whole.toSorted(byId));
  }
});

test("whose id it is, another process's in a shared room or not, is known from the plan", () => {
  const options = { ...OPTIONS, rooms: 4, roomSize: 9, roomsDist: { kind: "zipf", exponent: 2 } } as const;
  const processes = 3;
  const plans = [0, 1, 2].map((process) => planVisits(options, "run1", { process, processes }));
  for (const [process, plan] of plans.entries()) {
    for (const [owner, { visits }] of plans.entries()) {
      for (const { id, room } of visits) {
        for (const name of [id, `${id}.1`, `${id}~2`, `${id}.1~2`]) {
          expect(plan.isElsewhere(name)).toBe(owner !== process && plan.isShared(room));
        }
      }
    }
    for (const id of ["run1.0.9999", "run1.99.0", "run2.0.0", "run1.0", "run1.0.0.x", "run11.0.0", "guest"]) {
      expect(plan.isElsewhere(id)).toBe(false);
    }
  }
});

test("hot rooms are the first ones, and all clients have a place", () => {
  const visits = planned({ rooms: 4, roomSize: 25, roomsDist: { kind: "zipf", exponent: 1 } });
  const sizes = [0, 1, 2, 3].map((room) => visits.filter((visit) => visit.room === room).length);
  expect(sizes).toEqual([48, 24, 16, 12]);
});

const URLS = ["ws://127.0.0.1:80", "ws://127.0.0.2:80", "ws://127.0.0.3:80", "ws://127.0.0.4:80"];

/** At which of the addresses the members of each room are. */
function placesOf(change: Partial<LoadOptions>): number[][] {
  const rooms = Map.groupBy(planned({ ...change, urls: URLS }), ({ room }) => room);
  return [...rooms.values()].map((members) => members.map(({ url }) => URLS.indexOf(url)));
}

test("clients are spread over all servers, those of each room, too", () => {
  expect(placesOf({ rooms: 3, roomSize: 5 })).toEqual([
    [0, 1, 2, 3, 0],
    [1, 2, 3, 0, 1],
    [2, 3, 0, 1, 2],
  ]);
});

test("rooms that are spread are at one server each", () => {
  const places = placesOf({ rooms: 5, roomSize: 2, spread: "rooms" });
  expect(places).toEqual([0, 1, 2, 3, 0].map((place) => [place, place]));
});

test("the members of a room come to all addresses of their server", () => {
  expect(placesOf({ rooms: 3, roomSize: 3, addresses: 2, spread: "rooms" })).toEqual([
    [0, 1, 0],
    [2, 3, 2],
    [0, 1, 0],
  ]);
});

test("readers that stall are spread over the rooms, and are as many as was asked for", () => {
  const visits = planned({ rooms: 10, roomSize: 10, slow: 0.1 }).filter(({ isSlow }) => isSlow);
  expect(new Set(visits.map(({ room }) => room)).size).toBe(10);
  const few = planned({ rooms: 40, roomSize: 10, slow: 0.02 }).filter(({ isSlow }) => isSlow);
  expect(few.length).toBeWithin(7, 10);
  expect(planned({ rooms: 1, roomSize: 100, slow: 0.05 }).filter(({ isSlow }) => isSlow)).toHaveLength(5);
});

test("with stages, clients come and go, and one may come twice", () => {
  const stages = [
    { duration: 1000, clients: 2 },
    { duration: 1000, clients: 0 },
    { duration: 1000, clients: 1 },
  ];
  const visits = planned({ rooms: 1, stages });
  expect(visits.map(({ id, from, to }) => [id, from, to])).toEqual([
    ["run1.0.0", 250, 1750],
    ["run1.0.1", 750, 1250],
    ["run1.0.0.1", 2500, Number.POSITIVE_INFINITY],
  ]);
});

function byId(a: Visit, b: Visit): number {
  return a.id < b.id ? -1 : 1;
}
