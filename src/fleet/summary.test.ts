import { beforeEach, describe, expect, test } from "bun:test";
import { Registry } from "./registry.ts";
import { busiestRooms, serverStatuses } from "./summary.ts";
import { join, report } from "./test-servers.ts";

const NOW = 100_000;

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
});

describe("a server's status", () => {
  test("has its figures, the rates as means of the last three seconds", () => {
    const { server } = join(registry, "a", { url: "ws://a:1", kind: "remote", startedAt: 12.7 });
    const seconds: Array<[age: number, writes: number, lag: number]> = [
      [5000, 9000, 90],
      [2500, 100, 1],
      [1500, 200, 2],
      [500, 301, 1.54],
    ];
    for (const [age, writesPerSecond, lagMs] of seconds) {
      registry.report(server, report({ r: 3 }, { writesPerSecond, lagMs, memoryBytes: 5 }), NOW - age);
    }
    expect(serverStatuses(registry, NOW)).toEqual([
      {
        ...{ id: "a", url: "ws://a:1", kind: "remote", phase: "ready", started_at: 13 },
        ...{ connections: 3, rooms: 1, writes_per_s: 200, loop_lag_ms: 1.5, memory_rss_bytes: 5 },
      },
    ]);
  });

  test("of one that fell silent, or has said nothing yet, is what is known", () => {
    const { server } = join(registry, "a");
    join(registry, "b");
    registry.report(server, report({}, { writesPerSecond: 70 }), NOW - 9000);
    expect(serverStatuses(registry, NOW).map(({ writes_per_s }) => writes_per_s)).toEqual([70, 0]);
  });

  test("stands in the order in which they started, and stays there", () => {
    const ages = [
      ["new", 3],
      ["z", 1],
      ["y", 1],
      ["old", 0],
    ] as const;
    for (const [id, startedAt] of ages) join(registry, id, { startedAt });
    expect(serverStatuses(registry, NOW).map(({ id }) => id)).toEqual(["old", "y", "z", "new"]);
  });
});

describe("the busiest rooms", () => {
  test("are those that cost most, then the largest, over all their servers", () => {
    const [a, b] = ["a", "b"].map((id) => join(registry, id).server);
    registry.report(
      a!,
      report({ quiet: 90, loud: { members: 2, writes: 50 }, split: { members: 1, writes: 30 } }),
      NOW,
    );
    registry.report(b!, report({ split: { members: 4, writes: 40 }, tiny: 1, alike: 1 }), NOW);
    expect(busiestRooms(registry)).toEqual([
      { room: "split", members: 5, writes_per_s: 70, servers: ["b", "a"] },
      { room: "loud", members: 2, writes_per_s: 50, servers: ["a"] },
      { room: "quiet", members: 90, writes_per_s: 0, servers: ["a"] },
      { room: "alike", members: 1, writes_per_s: 0, servers: ["b"] },
      { room: "tiny", members: 1, writes_per_s: 0, servers: ["b"] },
    ]);
  });

  test("are fifty at most", () => {
    const { server } = join(registry, "a");
    registry.report(
      server,
      report(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`r${n}`, n + 1]))),
      NOW,
    );
    const rooms = busiestRooms(registry);
    expect([rooms.length, rooms[0]!.room, rooms.at(-1)!.room]).toEqual([50, "r59", "r10"]);
  });
});
