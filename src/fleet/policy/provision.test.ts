import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { Arrivals } from "./arrivals.ts";
import { loadBound, loadWithArrivals, measureFleet, newcomerWrites } from "./fleet-load.ts";
import type { ServerState } from "./fleet-state.ts";
import { DEFAULT_POLICY } from "./options.ts";
import { provision } from "./provision.ts";
import { NOW, testServer } from "./test-fleet.ts";

const measure = (...fleet: ServerState[]) => measureFleet(fleet, DEFAULT_POLICY, NOW);
const place = (room: string | null, ...fleet: ServerState[]) =>
  provision(room, measure(...fleet), new Arrivals(), seededRandom(1))?.id;

/** Sends `count` clients one after the other, within one round of samples. */
function send(count: number, roomOf: (n: number) => string | null, ...fleet: ServerState[]) {
  const load = measure(...fleet);
  const arrivals = new Arrivals();
  const random = seededRandom(1);
  const tally = new Map(fleet.map(({ id }) => [id, 0]));
  for (let n = 0; n < count; n++) {
    const room = roomOf(n);
    const { id } = provision(room, load, arrivals, random)!;
    arrivals.add(id, newcomerWrites(load, room));
    tally.set(id, tally.get(id)! + 1);
  }
  return { tally, load, arrivals };
}

describe("a room", () => {
  test("goes where most of its members are", () => {
    const a = testServer({ id: "a", writes: 90_000, rooms: { r: { members: 5 } } });
    const b = testServer({ id: "b", writes: 90_000, rooms: { r: { members: 6 } } });
    const others = ["c", "d", "e"].map((id) => testServer({ id, writes: 90_000 }));
    expect(place("r", a, b, ...others)).toBe("b");
    expect(place("r", ...others, b, a)).toBe("b");
  });

  test("passes by a server over the bound, first to where else it lives", () => {
    const hot = testServer({ id: "hot", writes: 190_000, rooms: { r: { members: 500 } } });
    const second = testServer({ id: "second", writes: 120_000, rooms: { r: { members: 1 } } });
    const idle = ["c", "d", "e"].map((id) => testServer({ id, writes: 120_000 }));
    expect(place("r", hot, second, ...idle)).toBe("second");
    expect(["c", "d", "e"]).toContain(place("r", hot, ...idle)!);
  });

  test("does not fill a busy server with one giant: others take some of it before that one is over", () => {
    const rooms = { r: { members: 4000, writesPerSecond: 41_000 } };
    const others = ["b", "c", "d"].map((id) => testServer({ id, writes: 110_000 }));
    const at = (writes: number) => place("r", testServer({ id: "a", writes, rooms }), ...others);
    expect(at(99_000)).toBe("a");
    expect(["b", "c", "d"]).toContain(at(110_000)!);
    const smaller = { r: { members: 4000, writesPerSecond: 39_000 } };
    expect(place("r", testServer({ id: "a", writes: 110_000, rooms: smaller }), ...others)).toBe("a");
    expect(place("r", testServer({ id: "a", writes: 110_000, rooms }))).toBe("a");
  });

  test("stays together on a fleet with little to do, whatever the mean", () => {
    const a = testServer({ id: "a", writes: 300, rooms: { r: { members: 3 } } });
    expect(place("r", a, ...["b", "c", "d"].map((id) => testServer({ id })))).toBe("a");
    const busy = testServer({ id: "a", writes: 99_000, rooms: { r: { members: 900 } } });
    expect(place("r", busy, ...["b", "c", "d"].map((id) => testServer({ id })))).toBe("a");
  });

  test("that is new has one server that everyone agrees on, and another only when that is gone", () => {
    const fleet = ["a", "b", "c", "d"].map((id) => testServer({ id }));
    const first = place("r", ...fleet)!;
    expect(place("r", ...fleet.toReversed())).toBe(first);
    const rest = fleet.filter(({ id }) => id !== first);
    for (const left of [rest, [...rest, testServer({ id: first, phase: "draining" })]]) {
      expect(place("r", ...left)).not.toBe(first);
    }
  });

  test("avoids a server whose event loop is late, while there is another", () => {
    const late = testServer({ id: "late", lag: 40, rooms: { r: { members: 500 } } });
    expect(place("r", late, testServer({ id: "b" }))).toBe("b");
    expect(place("r", late, testServer({ id: "b", lag: 40 }))).toBe("late");
  });

  test("hotter than one server is split over several within one second", () => {
    const fleet = Array.from({ length: 10 }, (_, n) =>
      testServer({ id: `s${n}`, writes: 60_000, connections: 600 }),
    );
    const { tally, load, arrivals } = send(10_000, () => "r", ...fleet);
    const used = [...tally.values()].filter((clients) => clients > 0);
    expect(used.length).toBeGreaterThan(5);
    const highest = Math.max(...load.ready.map((server) => loadWithArrivals(server, arrivals, load.options)));
    expect(highest).toBeLessThan(1.3 * ((10 * 60_000 + 10_000 * 100) / 10));
  });

  test("of thousands who connect before anyone talks is split, too", () => {
    const fleet = ["a", "b", "c", "d"].map((id) => testServer({ id }));
    const { tally } = send(60_000, () => "r", ...fleet);
    for (const clients of tally.values()) expect(clients).toBeLessThan(19_000);
  });
});

test("no room: the less loaded of two by chance, so that a crowd within one second spreads", () => {
  const fleet = Array.from({ length: 10 }, (_, n) => testServer({ id: `s${n}` }));
  const { tally } = send(10_000, () => null, ...fleet);
  for (const clients of tally.values()) expect(Math.abs(clients - 1000)).toBeLessThan(30);

  const loaded = testServer({ id: "loaded", writes: 150_000, connections: 100 });
  expect(send(50, () => null, loaded, testServer({ id: "idle" })).tally.get("idle")).toBe(50);
});

test("nobody goes to a server that drains or is not ready; with no other there is no answer", () => {
  const rooms = { r: { members: 9 } };
  const draining = testServer({ id: "a", phase: "draining", rooms });
  const unready = testServer({ id: "b", phase: "unready", rooms });
  for (const room of ["r", "new", null]) {
    expect(place(room, draining, unready)).toBeUndefined();
    expect(place(room, draining, unready, testServer({ id: "c" }))).toBe("c");
    expect(place(room)).toBeUndefined();
  }
});

test("property: whatever the fleet, whoever is sent is sent to a ready server, never to one over the bound", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`provision: seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 200; round++) {
    const fleet = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, n) =>
      testServer({
        id: `s${n}`,
        phase: random() < 0.8 ? "ready" : random() < 0.5 ? "unready" : "draining",
        writes: random() < 0.2 ? 0 : random() * 400_000,
        connections: Math.floor(random() * 20_000),
        seconds: Math.floor(random() * 10),
        rooms: { r: { members: 1 + Math.floor(random() * 100), writesPerSecond: random() * 1000 } },
      }),
    );
    const load = measure(...fleet);
    const arrivals = new Arrivals();
    for (let n = 0; n < 200; n++) {
      const room = random() < 0.5 ? "r" : `room-${Math.floor(random() * 50)}`;
      const server = provision(room, load, arrivals, random);
      if (load.ready.length === 0) {
        expect(server).toBeNull();
        break;
      }
      expect(server?.phase).toBe("ready");
      const chosen = load.byId.get(server!.id)!;
      const shared = Math.max(arrivals.total.writes, arrivals.total.clients * 10) / load.ready.length;
      expect(loadWithArrivals(chosen, arrivals, load.options)).toBeLessThanOrEqual(loadBound(load, shared));
      arrivals.add(server!.id, newcomerWrites(load, room));
    }
  }
});
