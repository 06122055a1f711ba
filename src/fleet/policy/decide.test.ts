import { expect, test } from "bun:test";
import { decide } from "./decide.ts";
import type { ServerState } from "./fleet-state.ts";
import { NO_HISTORY, type PolicyHistory } from "./history.ts";
import { DEFAULT_POLICY } from "./options.ts";
import { NOW, testServer } from "./test-fleet.ts";

/** The fleet as it would be `ms` later if it measured the same all the time. */
function later(fleet: ServerState[], ms: number): ServerState[] {
  return fleet.map((server) => ({
    ...server,
    samples: server.samples.map((sample) => ({ ...sample, at: sample.at + ms })),
  }));
}

/** The types of what is decided, by second. */
function run(fleet: ServerState[], seconds: number, starting = 0, changed = {}): Array<[number, string]> {
  const taken: Array<[number, string]> = [];
  let history: PolicyHistory = NO_HISTORY;
  for (let second = 0; second < seconds; second++) {
    const now = NOW + second * 1000;
    const options = { ...DEFAULT_POLICY, ...changed };
    const verdict = decide({ fleet: later(fleet, second * 1000), starting, history, options, now });
    for (const { type } of verdict.decisions) taken.push([second, type]);
    history = verdict.history;
  }
  return taken;
}

const part = { members: 50, writesPerSecond: 2500 };
const rooms = (id: string) => Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${id}-${n}`, part]));

test("an empty fleet gets its first server", () => {
  expect(run([], 3)).toEqual([
    [0, "spawn"],
    [1, "spawn"],
    [2, "spawn"],
  ]);
  expect(run([], 3, 1)).toEqual([]);
});

test("a hot server with nobody beside it asks for help every 15 s, and is relieved every 5 s once there is help", () => {
  const hot = testServer({ id: "hot", writes: 250_000, rooms: rooms("hot") });
  expect(run([hot], 31, 0, { growAbove: 9 })).toEqual([
    [0, "spawn"],
    [15, "spawn"],
    [30, "spawn"],
  ]);
  expect(run([hot, testServer({ id: "new", seconds: 1 })], 11)).toEqual([
    [0, "redistribute"],
    [5, "redistribute"],
    [10, "redistribute"],
  ]);
});

test("a fleet with little to do shrinks after five minutes, not before", () => {
  const fleet = ["a", "b"].map((id) => testServer({ id, writes: 1000 }));
  const decisions = run(fleet, 303);
  expect(decisions[0]).toEqual([300, "retire"]);
  expect(run(fleet, 303, 0, { min: 2 })).toEqual([]);
});

test("the same arguments give the same verdict, and the history stays small", () => {
  const fleet = [
    testServer({ id: "hot", writes: 250_000, rooms: rooms("hot") }),
    testServer({ id: "b", writes: 20_000, connections: 100 }),
  ];
  const first = { fleet, starting: 0, history: NO_HISTORY, options: DEFAULT_POLICY, now: NOW };
  expect(decide(first)).toEqual(decide(first));
  let history: PolicyHistory = NO_HISTORY;
  for (let second = 0; second < 1000; second++) {
    const moved = later(fleet, second * 1000);
    history = decide({ ...first, fleet: moved, history, now: NOW + second * 1000 }).history;
  }
  expect(history.loads.length).toBeLessThanOrEqual(303);
  // A minute of them.
  expect(history.decisions.length).toBeLessThanOrEqual(13);
});
