import { describe, expect, test } from "bun:test";
import type { Decision, ServerState } from "./fleet-state.ts";
import { NO_HISTORY, type PolicyHistory } from "./history.ts";
import { DEFAULT_POLICY, type PolicyOptions } from "./options.ts";
import { survey } from "./situation.ts";
import { spawn } from "./spawn.ts";
import { NOW, testServer } from "./test-fleet.ts";

interface Asked extends Partial<PolicyOptions> {
  starting?: number;
  history?: PolicyHistory;
}

function ask(fleet: ServerState[], { starting = 0, history = NO_HISTORY, ...changed }: Asked = {}) {
  const options = { ...DEFAULT_POLICY, ...changed };
  return spawn(survey({ fleet, starting, history, options, now: NOW }));
}

const spawned = (ago: number, because: string | null): PolicyHistory => {
  const decision: Decision = { type: "spawn", because, reason: "", figures: {} };
  return { ...NO_HISTORY, decisions: [{ at: NOW - ago, decision }] };
};
const hot = testServer({ id: "hot", writes: 231_000 });
const busy = testServer({ id: "busy", writes: 170_000 });

/** For what is asked of single servers. */
const growAbove = 9;

describe("a hot server", () => {
  test("asks for another when no other has room to spare, and says why", () => {
    expect(ask([hot, busy], { growAbove })).toEqual({
      type: "spawn",
      because: "hot",
      reason: "server hot: 231,000 writes/s over the last 3 s, above 200,000, and no other under 160,000",
      figures: { writes_per_s: 231_000, connections: 0, spawn_at: 200_000, spare_below: 160_000 },
    });
    expect(ask([hot])?.type).toBe("spawn");
  });

  test("does not while another has room, unless that one takes nobody", () => {
    const idle = testServer({ id: "idle", writes: 159_000 });
    expect(ask([hot, idle], { growAbove })).toBeNull();
    for (const phase of ["unready", "draining"] as const) {
      expect(ask([hot, { ...idle, phase }])?.type).toBe("spawn");
    }
  });

  test("has to be measured", () => {
    expect(ask([testServer({ id: "a", writes: 999_999, seconds: 1 })], { growAbove })).toBeNull();
    expect(ask([testServer({ id: "a", writes: 999_999, seconds: 2 })])?.type).toBe("spawn");
    expect(ask([testServer({ id: "a", writes: 200_000 })], { growAbove })).toBeNull();
  });

  test("may be full of silent connections", () => {
    const { reason } = ask([testServer({ id: "a", connections: 21_000 })])!;
    expect(reason).toBe("server a: 21,000 connections, above 20,000, and no other under 16,000");
  });

  test("waits for what is on its way: the starting ones, and those too young to have figures", () => {
    expect(ask([hot, busy], { growAbove, starting: 1 })).toBeNull();
    expect(ask([hot, busy, testServer({ id: "new", seconds: 0 })])).toBeNull();
    expect(ask([hot, { ...hot, id: "hot2" }, busy], { starting: 1 })?.type).toBe("spawn");
  });

  test("rests 15 s; another may ask after one second", () => {
    const second = testServer({ id: "second", writes: 210_000 });
    expect(ask([hot, busy], { growAbove, history: spawned(14_000, "hot") })).toBeNull();
    expect(ask([hot, busy], { growAbove, history: spawned(15_000, "hot") })?.type).toBe("spawn");
    expect(ask([hot, second], { growAbove, history: spawned(1000, "hot") })).toMatchObject({
      because: "second",
    });
    expect(ask([hot, second], { growAbove, history: spawned(900, "hot") })).toBeNull();
  });
});

describe("a fleet whose mean is over 0.85", () => {
  const servers = (count: number, writes: number) =>
    Array.from({ length: count }, (_, n) => testServer({ id: `s${n}`, writes }));

  const grow = (fleet: ServerState[], starting = 0) => ask(fleet, { starting, max: 99 });

  test("grows before one of them is full, even while some have room, and says why", () => {
    expect(grow([...servers(8, 190_000), ...servers(2, 150_000)])).toMatchObject({
      because: null,
      reason: "the fleet: a load of 182,000 writes/s on each of 10 servers over the last 3 s, above 170,000",
    });
    expect(grow(servers(10, 170_000))).toBeNull();
  });

  test("counts those that start, and takes nothing for granted of those that have no figures", () => {
    expect(grow(servers(10, 182_000), 1)).toBeNull();
    expect(grow([...servers(10, 182_000), testServer({ id: "new", seconds: 0 })])).toBeNull();
    expect(grow([testServer({ id: "a", writes: 900_000, seconds: 1 })])).toBeNull();
    expect(grow([...servers(9, 240_000), testServer({ id: "s9", writes: 100_000 })], 3)?.type).toBe("spawn");
    expect(grow([...servers(9, 240_000), testServer({ id: "s9", writes: 100_000 })], 4)).toBeNull();
  });
});

test("a fleet under its minimum grows, one server a second", () => {
  expect(ask([], { min: 2 })).toMatchObject({ because: null, reason: "0 of at least 2 servers" });
  expect(ask([], { min: 2, starting: 1 })?.type).toBe("spawn");
  expect(ask([], { min: 2, starting: 2 })).toBeNull();
  expect(ask([], { min: 2, history: spawned(500, null) })).toBeNull();
  expect(ask([{ ...busy, phase: "draining" }])?.type).toBe("spawn");
  expect(ask([{ ...busy, phase: "unready" }])).toBeNull();
});

test("never more children than the maximum; servers of other hosts are not counted there", () => {
  expect(ask([hot, busy], { max: 2 })).toBeNull();
  expect(ask([hot, { ...busy, kind: "remote" }], { max: 2 })?.type).toBe("spawn");
  expect(ask([hot], { max: 2, starting: 1 })).toBeNull();
  expect(ask([], { min: 2, max: 0 })).toBeNull();
});

describe("servers that are silent", () => {
  const silent = (id: string) => testServer({ id, phase: "unready", isSilent: true });

  test("have another one come where there is none beside them, and only one", () => {
    expect(ask([silent("a")])).toEqual({
      type: "spawn",
      because: null,
      reason: "server a tells nothing, and nobody can come in",
      figures: { servers: 1 },
    });
    expect(ask([silent("a"), silent("b")])?.reason).toBe(
      "all 2 servers tell nothing, and nobody can come in",
    );
    expect(ask([silent("a")], { starting: 1 })).toBeNull();
    expect(ask([silent("a")], { max: 1 })).toBeNull();
    expect(ask([{ ...silent("a"), kind: "remote" }], { min: 0 })).toBeNull();
  });

  test("have not where another one speaks, also if that takes nobody: what it lacks, the next one would", () => {
    expect(ask([silent("a"), testServer({ id: "b" })])).toBeNull();
    expect(ask([silent("a"), testServer({ id: "b", phase: "unready" })])).toBeNull();
  });
});
