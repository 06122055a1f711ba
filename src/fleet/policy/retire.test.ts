import { describe, expect, test } from "bun:test";
import type { ServerPhase, ServerState } from "./fleet-state.ts";
import type { PolicyHistory } from "./history.ts";
import { DEFAULT_POLICY, type PolicyOptions } from "./options.ts";
import { dueRetirements, retire } from "./retire.ts";
import { survey } from "./situation.ts";
import { NOW, testServer } from "./test-fleet.ts";

/** The fleet's load, the same for so many seconds, except at one moment. */
function steady(load: number, seconds = 310, peak = load): PolicyHistory {
  const loads = Array.from({ length: seconds }, (_, n) => ({ at: NOW - (seconds - 1 - n) * 1000, load }));
  loads[Math.floor(seconds / 2)]!.load = peak;
  return { decisions: [], loads };
}

function ask(
  fleet: ServerState[],
  history: PolicyHistory,
  changed: Partial<PolicyOptions> = {},
  starting = 0,
) {
  const options = { ...DEFAULT_POLICY, ...changed };
  return retire(survey({ fleet, starting, history, options, now: NOW }));
}

const fleet = [30_000, 20_000, 40_000].map((writes, n) =>
  testServer({ id: `s${n}`, writes, connections: writes / 10 }),
);

describe("a fleet that could do with a server fewer for five minutes", () => {
  test("drains the one with the fewest clients, and says why", () => {
    expect(ask(fleet, steady(90_000))).toEqual({
      type: "retire",
      server: "s1",
      patienceMs: 4_500_000,
      reason:
        "without server s1 the fleet would have carried at most 45,000 writes/s a server over the last 5 m, under 100,000",
      figures: { writes_per_s_without: 45_000, retire_below: 100_000, clients: 2000, servers: 3 },
    });
  });

  test("does not when it could not at one moment, or was watched for less", () => {
    expect(ask(fleet, steady(90_000, 310, 200_000))).toBeNull();
    expect(ask(fleet, steady(90_000, 310, 199_000))).not.toBeNull();
    expect(ask(fleet, steady(90_000, 299))).toBeNull();
    expect(ask(fleet, steady(90_000, 0 + 1))).toBeNull();
  });

  test("never goes below its minimum, nor to nothing", () => {
    expect(ask(fleet, steady(0), { min: 3 })).toBeNull();
    expect(ask(fleet, steady(0), { min: 2 })).not.toBeNull();
    expect(ask(fleet.slice(0, 1), steady(0), { min: 0 })).toBeNull();
    const unready = { ...fleet[0]!, phase: "unready" } as const;
    expect(ask([unready, ...fleet.slice(1)], steady(0), { min: 2 })).toBeNull();
  });

  test("keeps remote servers and young ones", () => {
    const remote = fleet.map((server) => ({ ...server, kind: "remote" }) as const);
    expect(ask(remote, steady(0))).toBeNull();
    expect(ask([...remote, fleet[2]!], steady(0))).toMatchObject({ server: "s2" });
    expect(
      ask(
        fleet.map((server) => ({ ...server, startedAt: NOW - 599_000 })),
        steady(0),
      ),
    ).toBeNull();
  });

  test("waits while one starts or drains; a large fleet drains several at a time", () => {
    expect(ask(fleet, steady(0), {}, 1)).toBeNull();
    const draining = testServer({ id: "going", phase: "draining" });
    expect(ask([...fleet.slice(0, 2), draining], steady(0))).toBeNull();
    const large = Array.from({ length: 10 }, (_, n) => testServer({ id: `l${n}` }));
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ ...draining, id: `d${n}` }));
    expect(ask([...large, ...many(8)], steady(0))).not.toBeNull();
    expect(ask([...large, ...many(10)], steady(0))).toBeNull();
  });
});

test("a retired server ends when its clients have left, or have had their time to", () => {
  const server = (id: string, phase: ServerPhase, connections: number, emptiesAt: number | null) => {
    return { id, phase, connections, emptiesAt };
  };
  const fleet = [
    server("stays", "ready", 0, null),
    server("waits", "retiring", 1, NOW + 1),
    server("left alone", "retiring", 0, NOW + 1),
    server("out of time", "retiring", 1, NOW),
    server("ends already", "draining", 1, NOW),
  ];
  expect(dueRetirements(fleet, NOW).map(({ id }) => id)).toEqual(["left alone", "out of time"]);
});
