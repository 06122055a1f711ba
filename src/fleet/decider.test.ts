import { beforeEach, expect, test } from "bun:test";
import { Decider, type Steerable } from "./decider.ts";
import type { Capacity } from "./policy/fleet-state.ts";
import { DEFAULT_POLICY } from "./policy/options.ts";
import { Registry } from "./registry.ts";
import { introduction, join, report } from "./test-servers.ts";

const HOT = 250_000;
/** One server asks for help, and not again within 15 s; that the whole fleet is one hot server does not count. */
const POLICY = { ...DEFAULT_POLICY, growAbove: 9 };

let registry: Registry;
let capacity: Capacity;
let done: Array<[what: string, server: string | null]>;
let decider: Decider;

beforeEach(() => {
  registry = new Registry();
  capacity = { starting: 0, room: 8 };
  done = [];
  const fleet: Steerable = {
    registry,
    get capacity() {
      return capacity;
    },
    spawn: () => done.push(["spawn", null]) > 0,
    retire: ({ id }) => void done.push(["retire", id]),
    empty: ({ id }) => void done.push(["empty", id]),
    redistribute: ({ id }) => void done.push(["redistribute", id]),
  };
  decider = new Decider(fleet, POLICY);
});

/** Server `a` has had so many writes a second for ten seconds. */
function busy(writesPerSecond: number): number {
  const { server } = join(registry, "a");
  let now = introduction("a").startedAt;
  for (let second = 0; second < 10; second++) {
    now += 1000;
    registry.report(server, report({}, { writesPerSecond }), now);
  }
  return now;
}

test("what the policy decides is carried out, and not decided again a second later", () => {
  const now = busy(HOT);
  decider.turn(now);
  decider.turn(now + 1000);
  expect(done).toEqual([["spawn", null]]);
});

test("after a rest it decides without a past", () => {
  const now = busy(HOT);
  decider.turn(now);
  decider.rest();
  decider.turn(now + 1000);
  expect(done).toEqual([
    ["spawn", null],
    ["spawn", null],
  ]);
});

test("nothing is spawned where no balancer has room for it, or something is on its way", () => {
  const now = busy(HOT);
  capacity = { starting: 0, room: 0 };
  decider.turn(now);
  capacity = { starting: 1, room: 8 };
  decider.turn(now);
  expect(done).toEqual([]);
});

test("a server whose retirement is due is emptied", () => {
  const now = busy(0);
  const { server } = join(registry, "b");
  registry.report(server, report({ r: 1 }), now);
  server.retire(now + 1000, now);
  decider.turn(now);
  expect(done).toEqual([]);
  decider.turn(now + 1000);
  expect(done).toEqual([["empty", "b"]]);
});
