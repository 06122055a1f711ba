import { beforeEach, describe, expect, test } from "bun:test";
import type { KnownServer } from "./known-server.ts";
import { Registry } from "./registry.ts";
import { join, NOW, report } from "./test-servers.ts";

let registry: Registry;
let a: KnownServer;
let b: KnownServer;
beforeEach(() => {
  registry = new Registry();
  a = join(registry, "a").server;
  b = join(registry, "b").server;
});

/** Ids of the servers by room, as the index has them. */
const index = () =>
  Object.fromEntries([...registry.rooms].map(([room, servers]) => [room, servers.map(({ id }) => id)]));

describe("a report", () => {
  test("is the server's newest sample, and says what it takes up", () => {
    expect([a.connections, a.memoryBytes]).toEqual([0, 0]);
    registry.report(a, report({ r: 3 }, { writesPerSecond: 7, lagMs: 0.5, memoryBytes: 9 }), 5000);
    expect(a.samples).toEqual([{ at: 5000, writesPerSecond: 7, lagMs: 0.5, connections: 3 }]);
    expect([a.connections, a.memoryBytes]).toEqual([3, 9]);
  });

  test("is kept for a minute", () => {
    for (let at = 0; at < 100; at++) registry.report(a, report(), at);
    expect([a.samples.length, a.samples[0]!.at]).toEqual([60, 40]);
  });

  test("in part changes the rooms that it names, and no others", () => {
    registry.report(a, report({ r: 3, s: 2 }), NOW);
    registry.report(a, report({ s: { members: 5, movable: 4, writes: 8 }, t: 1 }, { isWhole: false }), NOW);
    expect(Object.fromEntries(a.rooms)).toEqual({
      r: { members: 3, movable: 3, writesPerSecond: 0 },
      s: { members: 5, movable: 4, writesPerSecond: 8 },
      t: { members: 1, movable: 1, writesPerSecond: 0 },
    });
    registry.report(a, report({ r: 0, never: 0 }, { isWhole: false }), NOW);
    expect([...a.rooms.keys()]).toEqual(["s", "t"]);
    expect(index()).toEqual({ s: ["a"], t: ["a"] });
  });

  test("that is whole is all there is", () => {
    registry.report(a, report({ r: 3, s: 2 }), NOW);
    registry.report(b, report({ s: 1 }), NOW);
    registry.report(a, report({ t: 1 }), NOW);
    expect([...a.rooms.keys()]).toEqual(["t"]);
    expect(index()).toEqual({ s: ["b"], t: ["a"] });
  });

  test("names the server's problem until the next one does not", () => {
    expect(a.phase).toBe("ready");
    registry.report(a, report({}, { problem: "Redis is away" }), NOW);
    expect([a.phase, a.problem]).toEqual(["unready", "Redis is away"]);
    registry.report(a, report(), NOW);
    expect(a.phase).toBe("ready");
  });
});

describe("the rooms", () => {
  test("are on every server that has members of them, each once", () => {
    for (let second = 0; second < 3; second++) {
      registry.report(a, report({ r: 3, s: 1 }), NOW);
      registry.report(b, report({ r: 1 }, { isWhole: false }), NOW);
    }
    expect(index()).toEqual({ r: ["a", "b"], s: ["a"] });
  });

  test("of a server that goes are where else they live, or forgotten", () => {
    registry.report(a, report({ r: 3, s: 1 }), NOW);
    registry.report(b, report({ r: 1 }), NOW);
    registry.remove("a");
    expect(index()).toEqual({ r: ["b"] });
    expect(registry.all).toEqual([b]);
    expect(registry.find("a")).toBeUndefined();
    registry.remove("a");
    registry.remove("b");
    expect([registry.all, registry.rooms.size]).toEqual([[], 0]);
  });
});

test("a server that drains does so, whatever it reports", () => {
  a.drain();
  registry.report(a, report({}, { problem: "this server is stopping" }), NOW);
  expect([a.phase, b.phase]).toEqual(["draining", "ready"]);
});

test("orders reach the server that they are for", () => {
  const { server, orders } = join(registry, "c");
  const other = join(registry, "d");
  server.order({ type: "report" });
  expect([orders, other.orders]).toEqual([[{ type: "report" }], []]);
});

test("a server that is to retire does until it is to stay; reports from before the order change nothing", () => {
  const { server, orders } = join(registry, "c");
  server.retire(90_000, 1000);
  expect(server.phase).toBe("retiring");
  registry.report(server, report({}, { emptiesAt: null }), 1500);
  expect(server.phase).toBe("retiring");
  registry.report(server, report({}, { emptiesAt: 90_000 }), 2500);
  server.retire(null, 3000);
  expect(server.phase).toBe("ready");
  registry.report(server, report({}, { emptiesAt: 90_000 }), 3500);
  expect(server.phase).toBe("ready");
  expect(orders).toEqual([
    { type: "retire", emptiesAt: 90_000 },
    { type: "retire", emptiesAt: null },
  ]);
});

test("what another balancer has ordered is known from the server's reports", () => {
  registry.report(a, report({}, { emptiesAt: 90_000 }), NOW);
  expect(a).toMatchObject({ phase: "retiring", emptiesAt: 90_000 });
});

test("a server that tells nothing for a while gets nobody until it does", () => {
  registry.report(a, report(), 1000);
  registry.report(b, report(), 4000);
  expect(registry.suspectSilent(5001)).toEqual([a]);
  expect([a.phase, b.phase]).toEqual(["unready", "ready"]);
  expect([a.isSilent, b.isSilent]).toEqual([true, false]);
  expect(registry.suspectSilent(6000)).toEqual([]);
  expect(registry.report(a, report(), 6000)).toBe(true);
  expect([a.phase, a.isSilent]).toEqual(["ready", false]);
});
