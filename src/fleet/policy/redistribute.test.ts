import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../lib/random.ts";
import { loadBound, measureFleet } from "./fleet-load.ts";
import type { Decision, Move, ServerState } from "./fleet-state.ts";
import { NO_HISTORY, type PolicyHistory } from "./history.ts";
import { DEFAULT_POLICY } from "./options.ts";
import { redistribute } from "./redistribute.ts";
import { survey } from "./situation.ts";
import { NOW, testServer } from "./test-fleet.ts";

type Order = Extract<Decision, { type: "redistribute" }>;

/** Without the rule for uneven fleets, which two servers of a test would be. */
const SINGLE = { ...DEFAULT_POLICY, loadFactor: 99 };

function ask(fleet: ServerState[], history: PolicyHistory = NO_HISTORY, options = SINGLE): Order[] {
  const decisions = redistribute(survey({ fleet, starting: 0, history, options, now: NOW }));
  return decisions.filter((decision): decision is Order => decision.type === "redistribute");
}

const past = (ago: number, server: string, moves: Move[] = []): PolicyHistory => {
  const decision: Decision = { type: "redistribute", server, moves, reason: "", figures: {} };
  return { ...NO_HISTORY, decisions: [{ at: NOW - ago, decision }] };
};

/** A server of `count` rooms with equal members and writes. */
function roomy(id: string, writes: number, count: number, members: number, extra: Partial<ServerState> = {}) {
  const part = { members, writesPerSecond: writes / count };
  const rooms = Object.fromEntries(Array.from({ length: count }, (_, n) => [`${id}-${n}`, part]));
  return { ...testServer({ id, writes, rooms }), ...extra };
}
const idle = testServer({ id: "idle", writes: 20_000, connections: 1000 });

describe("who is moved", () => {
  test("whole rooms up to 4 % of the clients, to a named server, with the numbers in the reason", () => {
    const [order, ...more] = ask([roomy("hot", 250_000, 100, 10), idle]);
    expect(more).toEqual([]);
    expect(order).toMatchObject({
      server: "hot",
      reason: "server hot: 250,000 writes/s over the last 5 s, above 230,000; 40 clients to idle",
      figures: { writes_per_s: 250_000, connections: 1000, clients: 40 },
    });
    expect(order!.moves).toHaveLength(4);
    for (const move of order!.moves) expect(move).toMatchObject({ clients: 10, to: "idle" });
  });

  test("one small room, where 4 % of few clients are less than a room", () => {
    const [order] = ask([roomy("hot", 250_000, 20, 10), idle]);
    expect(order!.moves).toEqual([{ room: "hot-0", clients: 10, to: "idle" }]);
    const [split] = ask([roomy("hot", 250_000, 10, 20), idle]);
    expect(split!.moves).toEqual([{ room: "hot-0", clients: 8, to: "idle" }]);
  });

  test("not first those who were told to go and did not", () => {
    const server = roomy("hot", 250_000, 100, 10);
    const [first] = ask([server, idle]);
    const [second] = ask([server, idle], past(6000, "hot", [...first!.moves]));
    const told = new Set(first!.moves.map(({ room }) => room));
    expect(second!.moves).toHaveLength(4);
    expect(second!.moves.filter(({ room }) => told.has(room))).toEqual([]);
    const [later] = ask([server, idle], past(61_000, "hot", [...first!.moves]));
    expect(later!.moves).toEqual(first!.moves);
  });

  test("the hottest for each client first, and no more than relieve it", () => {
    const hot = testServer({
      id: "hot",
      writes: 250_000,
      connections: 5000,
      rooms: {
        large: { members: 3000, writesPerSecond: 150_000 },
        warm: { members: 100, writesPerSecond: 8000 },
        hottest: { members: 100, writesPerSecond: 50_000 },
        other: { members: 1800, writesPerSecond: 42_000 },
      },
    });
    expect(ask([hot, idle])[0]!.moves).toEqual([{ room: "hottest", clients: 100, to: "idle" }]);
  });

  test("part of a giant room, if no whole one is of use", () => {
    const rooms = {
      giant: { members: 9000, movable: 8000, writesPerSecond: 245_000 },
      quiet: { members: 100, writesPerSecond: 10 },
    };
    const hot = testServer({ id: "hot", writes: 245_010, rooms });
    expect(ask([hot, idle])[0]!.moves).toEqual([{ room: "giant", clients: 364, to: "idle" }]);
  });

  test("nobody who has no words for it; rooms that can move whole come first", () => {
    const plain = { members: 100, movable: 0, writesPerSecond: 250_000 };
    expect(ask([testServer({ id: "hot", writes: 250_000, rooms: { plain } }), idle])).toEqual([]);
    const rooms = {
      mixed: { members: 20, movable: 19, writesPerSecond: 20_000 },
      whole: { members: 20, writesPerSecond: 10_000 },
      rest: { members: 460, writesPerSecond: 220_000 },
    };
    const hot = testServer({ id: "hot", writes: 250_000, rooms });
    expect(ask([hot, idle])[0]!.moves).toEqual([{ room: "whole", clients: 20, to: "idle" }]);
  });

  test("rooms that the server did not count share what is left of its writes", () => {
    const [order] = ask(
      [roomy("hot", 0, 100, 10), idle].map((server) =>
        server.id === "hot" ? { ...server, samples: roomy("hot", 250_000, 1, 1000).samples } : server,
      ),
    );
    expect(order!.figures.clients).toBe(40);
  });
});

describe("when", () => {
  test("only over 1.15, or while the event loop is late", () => {
    expect(ask([roomy("a", 229_000, 100, 10), idle])).toEqual([]);
    const [order] = ask([
      {
        ...roomy("a", 90_000, 100, 10),
        samples: testServer({ id: "a", writes: 90_000, lag: 22, connections: 1000 }).samples,
      },
      idle,
    ]);
    expect(order!.reason).toBe(
      "server a: event loop 22.0 ms late over the last 4 s, above 15 ms; 40 clients to idle",
    );
  });

  test("or over 1.25 times the mean, until it is back at 1.1, but not with little to do", () => {
    const others = Array.from({ length: 9 }, (_, n) => testServer({ id: `o${n}`, writes: 120_000 }));
    const [order] = ask([roomy("a", 160_000, 200, 10), ...others], NO_HISTORY, DEFAULT_POLICY);
    expect(order).toMatchObject({ server: "a", figures: { shed_above: 155_000, clients: 80 } });
    expect(order!.reason).toStartWith(
      "server a: 160,000 writes/s over the last 5 s, above 155,000, 1.29 times the mean; 80 clients to ",
    );
    expect(ask([roomy("a", 150_000, 200, 10), ...others], NO_HISTORY, DEFAULT_POLICY)).toEqual([]);
    const young = others.map((server) => ({ ...server, startedAt: NOW - 599_000 }));
    expect(ask([roomy("a", 160_000, 200, 10), ...young], NO_HISTORY, DEFAULT_POLICY)).toEqual([]);
    const quiet = others.map(({ id }) => testServer({ id, writes: 20_000 }));
    expect(ask([roomy("a", 99_000, 200, 10), ...quiet], NO_HISTORY, DEFAULT_POLICY)).toEqual([]);
  });

  test("not without evidence, and not again before the figures show the last order", () => {
    const hot = roomy("hot", 250_000, 100, 10);
    expect(ask([{ ...hot, samples: hot.samples.slice(-3) }, idle])).toEqual([]);
    expect(ask([hot, idle], past(4000, "hot"))).toEqual([]);
    expect(ask([hot, idle], past(4000, "other"))).toHaveLength(1);
    expect(ask([hot, idle], past(5000, "hot"))).toHaveLength(1);
  });
});

describe("where", () => {
  test("nowhere, if nobody has room to spare, is late itself, drains or is not ready", () => {
    const hot = roomy("hot", 250_000, 100, 10);
    expect(ask([hot])).toEqual([]);
    expect(ask([hot, testServer({ id: "b", writes: 173_950, connections: 100 })])).toEqual([]);
    expect(ask([hot, testServer({ id: "b", writes: 20_000, lag: 40 })])).toEqual([]);
    expect(ask([hot, { ...idle, phase: "draining" }, { ...idle, id: "c", phase: "unready" }])).toEqual([]);
  });

  test("where the rest of the room is, so that it comes together again", () => {
    const others = Array.from({ length: 10 }, (_, n) => testServer({ id: `o${n}`, writes: 60_000 }));
    const home = testServer({ id: "home", writes: 60_000, rooms: { "hot-7": { members: 90 } } });
    const moves = ask([roomy("hot", 250_000, 100, 10), ...others, home])[0]!.moves;
    const move = moves.find(({ room }) => room === "hot-7");
    if (move !== undefined) expect(move.to).toBe("home");
  });

  test("counts who is on the way there from an earlier order", () => {
    const hot = roomy("hot", 250_000, 100, 10);
    const target = testServer({ id: "b", writes: 140_000, connections: 1000 });
    expect(ask([hot, target])).toHaveLength(1);
    const onTheWay = past(2000, "else", [{ room: "hot-1", clients: 200, to: "b" }]);
    expect(ask([hot, target], onTheWay)).toEqual([]);
  });

  test("a fleet that is over as a whole flows down, never in a circle", () => {
    const far = roomy("far", 900_000, 1000, 10);
    const over = roomy("over", 300_000, 1000, 10);
    const orders = ask([far, over]);
    expect(orders.map(({ server }) => server)).toEqual(["far"]);
  });
});

test("property: moves are within the budget, are there to be moved, and leave no target over its limit", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`redistribute: seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 300; round++) {
    const fleet = Array.from({ length: 2 + Math.floor(random() * 8) }, (_, n) => {
      const rooms = Object.fromEntries(
        Array.from({ length: 1 + Math.floor(random() * 30) }, () => {
          const members = 1 + Math.floor(random() ** 3 * 500);
          const movable = random() < 0.7 ? members : Math.floor(random() * members);
          const writesPerSecond = random() < 0.2 ? 0 : members * random() * 200;
          return [`r${Math.floor(random() * 100)}`, { members, movable, writesPerSecond }] as const;
        }),
      );
      const counted = Object.values(rooms).reduce((sum, part) => sum + part.writesPerSecond, 0);
      return testServer({
        id: `s${n}`,
        writes: counted * (1 + random()),
        lag: random() < 0.1 ? 20 : 1,
        rooms,
      });
    });
    const byId = new Map(fleet.map((server) => [server.id, server]));
    const limits = measureFleet(fleet, DEFAULT_POLICY, NOW);
    const hottest = Math.max(...limits.ready.map(({ load }) => load));
    const added = new Map<string, number>();
    for (const { server: id, moves } of ask(fleet, NO_HISTORY, random() < 0.5 ? SINGLE : DEFAULT_POLICY)) {
      const source = byId.get(id)!;
      const connections = source.samples.at(-1)!.connections;
      const clients = moves.reduce((sum, move) => sum + move.clients, 0);
      expect(clients).toBeGreaterThan(0);
      const isSmallRoom = moves.length === 1 && clients <= 16;
      if (!isSmallRoom) expect(clients).toBeLessThanOrEqual(Math.ceil(connections * 0.04));
      expect(new Set(moves.map(({ room }) => room)).size).toBe(moves.length);
      for (const { room, clients, to } of moves) {
        expect(clients).toBeLessThanOrEqual(source.rooms.get(room)!.movable);
        expect(to).not.toBe(id);
        const part = source.rooms.get(room)!;
        added.set(to, (added.get(to) ?? 0) + (clients * part.writesPerSecond) / part.members);
      }
    }
    for (const [to, writes] of added) {
      const after = limits.byId.get(to)!.writes + writes;
      expect(after).toBeLessThanOrEqual(
        Math.min(loadBound(limits), 0.8 * Math.max(200_000, hottest / 1.15)) + 1e-6,
      );
    }
  }
});
