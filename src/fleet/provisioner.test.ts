import { beforeEach, describe, expect, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import type { KnownServer } from "./known-server.ts";
import { DEFAULT_POLICY } from "./policy/options.ts";
import { Provisioner } from "./provisioner.ts";
import { Registry } from "./registry.ts";
import { join, NOW, report } from "./test-servers.ts";

const IDS = ["a", "b", "c", "d"];

let registry: Registry;
let provisioner: Provisioner;
let servers: KnownServer[];
beforeEach(() => {
  registry = new Registry();
  provisioner = new Provisioner(registry, DEFAULT_POLICY, new FakeClock(), seededRandom(1));
  servers = IDS.map((id) => join(registry, id, { url: `ws://${id}:80` }).server);
  provisioner.refresh();
});

describe("within one second", () => {
  test("clients of no room spread over the servers", () => {
    const tally = new Map(IDS.map((id) => [id, 0]));
    for (let n = 0; n < 1000; n++) {
      const { id } = provisioner.choose(null)!;
      tally.set(id, tally.get(id)! + 1);
    }
    for (const clients of tally.values()) expect(Math.abs(clients - 250)).toBeLessThan(10);
    expect(provisioner.provisions).toBe(1000);
  });

  test("those of a room stay together, and rooms spread", () => {
    const places = new Set<string>();
    for (let room = 0; room < 100; room++) {
      const ids = Array.from({ length: 10 }, () => provisioner.choose(`room ${room}`)!.id);
      expect(new Set(ids).size).toBe(1);
      places.add(ids[0]!);
    }
    expect([...places].sort()).toEqual(IDS);
  });
});

test("a room goes on where its members are", () => {
  for (const home of servers) {
    registry.report(home, report({ [`of ${home.id}`]: 5 }), NOW);
  }
  provisioner.turn();
  for (const { id } of servers) expect(provisioner.choose(`of ${id}`)!.id).toBe(id);
});

test("servers that come and go are seen at once", () => {
  const { id } = provisioner.choose("r")!;
  registry.remove(id);
  provisioner.refresh();
  expect(provisioner.choose("r")!.id).not.toBe(id);
  for (const other of IDS) registry.remove(other);
  provisioner.refresh();
  const before = provisioner.provisions;
  expect(provisioner.choose("r")).toBeNull();
  expect(provisioner.choose(null)).toBeNull();
  expect(provisioner.provisions).toBe(before);
  join(registry, "e");
  provisioner.refresh();
  expect(provisioner.choose("r")!.id).toBe("e");
});

describe("a server that leaves", () => {
  const rooms = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`room ${n}`, 5]));

  test("has a place for each of its rooms, and for whoever else is there, never itself", () => {
    const leaving = servers[0]!;
    registry.report(leaving, report(rooms), NOW);
    registry.report(servers[1]!, report({ "room 7": 2 }), NOW);
    leaving.drain();
    provisioner.turn();
    const { moves: targets, other } = provisioner.targets(leaving);
    expect(targets.map(({ room }) => room)).toEqual(Object.keys(rooms));
    const urls = [...targets.map(({ url }) => url), other!];
    expect([...new Set(urls)].sort()).toEqual(["ws://b:80", "ws://c:80", "ws://d:80"]);
    expect(targets.find(({ room }) => room === "room 7")!.url).toBe("ws://b:80");
    // Who asks from now on is sent to the same place.
    for (const { room, url } of targets.slice(0, 20)) expect(provisioner.choose(room)!.url).toBe(url);
    expect(provisioner.provisions).toBe(20);
  });

  test("and is alone has none", () => {
    for (const { id } of servers.slice(1)) registry.remove(id);
    registry.report(servers[0]!, report(rooms), NOW);
    servers[0]!.drain();
    provisioner.turn();
    expect(provisioner.targets(servers[0]!)).toEqual({ moves: [], other: null });
  });
});

test("a room too large for one server has places on several, for as many as it has", () => {
  const policy = { ...DEFAULT_POLICY, connectionsAt: 100 };
  const spread = new Provisioner(registry, policy, new FakeClock(), seededRandom(1));
  const leaving = servers[0]!;
  registry.report(leaving, report({ giant: 190 }), NOW);
  leaving.drain();
  spread.turn();
  const { moves } = spread.targets(leaving);
  expect(moves.reduce((sum, { clients }) => sum + clients, 0)).toBe(190);
  expect(new Set(moves.map(({ url }) => url)).size).toBeGreaterThan(1);
});

test("those who come to a new room within a second meet, also where every server is near its bound", () => {
  const policy = { ...DEFAULT_POLICY, connectionsAt: 100 };
  const full = new Provisioner(registry, policy, new FakeClock(), seededRandom(1));
  // The mean is 78, and newcomers pass by above 85.8.
  for (const [n, server] of servers.entries()) {
    registry.report(server, report({ [`${server.id}'s`]: n === 0 ? 60 : 84 }), NOW);
  }
  full.turn();
  for (let n = 0; n < 20; n++) {
    const ids = Array.from({ length: 5 }, () => full.choose(`room ${n}`)!.id);
    expect(new Set(ids).size).toBe(1);
  }
});
