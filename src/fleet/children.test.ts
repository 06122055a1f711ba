import { afterEach, beforeEach, expect, test } from "bun:test";
import { RelayTraffic } from "../broker/relay/relay-host.ts";
import { FakeClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/log.ts";
import { seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import { Children } from "./children.ts";
import { EventLog } from "./event-log.ts";
import { Registry } from "./registry.ts";

/** Says nothing, and stays. */
const SLEEPER = ["sh", "-c", "exec sleep 60", "--"];

const clock = new FakeClock();
let events: EventLog;
let children: Children;

/** Children that run something else in place of a server. */
function childrenOf(...command: string[]): Children {
  return new Children({
    program: { command, env: {} },
    log: null,
    traffic: new RelayTraffic(),
    registry: new Registry(),
    events,
    clock,
    random: seededRandom(1),
    onChange: () => {},
    onLeaving: () => {},
  });
}

const told = () => events.recent.map(({ type, reason }) => [type, reason]);

beforeEach(() => {
  events = new EventLog(clock, silentLogger);
});
afterEach(() => children.stop(0, () => ({ moves: [], other: null })));

test("one that does not listen yet counts, and is starting", () => {
  children = childrenOf(...SLEEPER);
  const id = children.spawn();
  expect([children.count, children.starting]).toEqual([1, 1]);
  expect([children.has(id), children.has("other")]).toEqual([true, false]);
});

test("one that dies at once is replaced after a pause, and counts meanwhile", async () => {
  children = childrenOf("sh", "-c", "exit 3", "--");
  const id = children.spawn();
  await until(() => events.recent.length > 0, "the death");
  expect(told()).toEqual([["died", `server ${id} ended with code 3; a new one comes in 0.5 s`]]);
  expect([children.count, children.has(id)]).toEqual([1, false]);
});

test("one that cannot be started is told as one that died", () => {
  children = childrenOf("/nowhere/scale-chat");
  const id = children.spawn();
  expect(told()).toEqual([["died", expect.stringContaining(`server ${id} could not be started`)]]);
  expect(children.count).toBe(1);
});

test("one that tells nothing for 15 s is killed, unless this process stood still", async () => {
  children = childrenOf(...SLEEPER);
  const id = children.spawn();
  clock.advance(16_000);
  children.check(true);
  clock.advance(15_000);
  children.check(false);
  expect(events.recent).toEqual([]);
  clock.advance(1);
  children.check(false);
  await until(() => events.recent.length > 0, "the death");
  const how = "told nothing for 15 s and was killed; a new one comes in 0.5 s";
  expect(told()).toEqual([["died", `server ${id} ${how}`]]);
});

test("those that end because the fleet does are not replaced", async () => {
  children = childrenOf(...SLEEPER);
  const id = children.spawn();
  await children.stop(60_000, () => ({ moves: [], other: null }));
  expect(told()).toEqual([["left", `server ${id} has ended`]]);
  expect(children.count).toBe(0);
});
