import { beforeEach, describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import { EventLog } from "../event-log.ts";
import { Registry } from "../registry.ts";
import { introduction, report } from "../test-servers.ts";
import { FakeChannel } from "./fake-channel.ts";
import { EVENTS_TOPIC, ordersTopic, REPORTS_TOPIC, serverLease } from "./frames.ts";
import { RemoteFleet } from "./remote-fleet.ts";

let channel: FakeChannel;
let clock: FakeClock;
let registry: Registry;
let events: EventLog;
let spawned: string[];
let remote: RemoteFleet;

beforeEach(() => {
  channel = new FakeChannel();
  clock = new FakeClock();
  registry = new Registry();
  events = new EventLog(clock, silentLogger);
  spawned = [];
  remote = new RemoteFleet({
    ...{ id: "here", channel, registry, events, clock, log: silentLogger },
    onChange: () => {},
    onSpawn: (reason) => spawned.push(reason),
    isOwn: (server) => server === "own",
    capacity: () => ({ starting: 0, room: 1 }),
  });
  remote.start();
  channel.said.length = 0;
});

const tell = (id: string, sequence: number, isWhole = true) => {
  const from = introduction(id, { kind: "remote" });
  channel.hear(REPORTS_TOPIC, { type: "report", from, sequence, report: report({ r: 2 }, { isWhole }) });
};
const told = () => events.recent.map(({ type, server }) => [type, server]);
const asked = (id: string) => channel.said.filter(([topic]) => topic === ordersTopic(id)).length;

describe("a server of another host", () => {
  test("is part of the fleet from its first report to its word that it is gone", () => {
    tell("a", 1);
    tell("a", 2);
    expect(registry.find("a")).toMatchObject({ kind: "remote", phase: "ready", connections: 2 });
    channel.hear(REPORTS_TOPIC, { type: "gone", id: "a" });
    expect(registry.all).toEqual([]);
    expect(told()).toEqual([
      ["joined", "a"],
      ["left", "a"],
    ]);
  });

  test("is asked for a whole report until one comes, whenever one was missed", () => {
    tell("a", 7, false);
    expect(asked("a")).toBe(1);
    tell("a", 8, false);
    expect(asked("a")).toBe(2);
    tell("a", 9);
    tell("a", 10, false);
    expect(asked("a")).toBe(2);
    tell("a", 12, false);
    expect(asked("a")).toBe(3);
  });

  test("that was started here is not taken in twice", () => {
    tell("own", 1);
    expect(registry.all).toEqual([]);
  });

  test("gets its orders by its topic", () => {
    tell("a", 1);
    registry.find("a")!.order({ type: "retire", emptiesAt: 5 });
    expect(channel.said).toEqual([[ordersTopic("a"), { type: "retire", emptiesAt: 5 }]]);
  });
});

describe("a server that falls silent", () => {
  test("is gone when its lease is over, too", async () => {
    tell("a", 1);
    channel.leases.set(serverLease("a"), "a");
    clock.advance(8000);
    await remote.turn();
    expect(registry.all).toHaveLength(1);
    channel.leases.delete(serverLease("a"));
    await remote.turn();
    expect(registry.all).toEqual([]);
    expect(told()).toContainEqual(["died", "a"]);
  });

  test("is not gone while this balancer hears nobody, nor soon after", async () => {
    tell("a", 1);
    channel.problem = "Redis cannot be reached";
    clock.advance(60_000);
    await remote.turn();
    channel.problem = null;
    clock.advance(7000);
    await remote.turn();
    expect(registry.all).toHaveLength(1);
    clock.advance(1);
    await remote.turn();
    expect(registry.all).toEqual([]);
  });
});

test("another balancer starts a server where it has room, and asks for one here", () => {
  expect(remote.spawnElsewhere("busy", {})).toBe(false);
  channel.hear(REPORTS_TOPIC, { type: "balancer", id: "there", starting: 0, room: 1 });
  channel.hear(REPORTS_TOPIC, { type: "balancer", id: "here", starting: 0, room: 9 });
  expect(remote.capacityElsewhere).toEqual({ starting: 0, room: 1 });
  expect(remote.spawnElsewhere("busy", {})).toBe(true);
  expect(channel.said).toEqual([[ordersTopic("there"), { type: "spawn", reason: "busy", figures: {} }]]);
  channel.hear(ordersTopic("here"), { type: "spawn", reason: "they are full", figures: {} });
  expect(spawned).toEqual(["they are full"]);
});

test("what others decide is heard, and that this one decides is told to them", async () => {
  const event = { type: "spawn", server: "b", reason: "busy", figures: {} };
  channel.hear(EVENTS_TOPIC, { from: "there", event });
  channel.hear(EVENTS_TOPIC, { from: "here", event });
  await remote.turn();
  await remote.turn();
  expect(remote.decides).toBe(true);
  expect(told()).toEqual([
    ["spawn", "b"],
    ["elected", null],
  ]);
  expect(channel.said.filter(([topic]) => topic === EVENTS_TOPIC)).toHaveLength(1);
  await remote.resign();
  expect(remote.decides).toBe(false);
});
