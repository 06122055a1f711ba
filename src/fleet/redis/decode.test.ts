import { describe, expect, test } from "bun:test";
import { decodeEvent, decodeOrder, decodeReport } from "./decode.ts";

const FROM = {
  id: "a",
  url: "ws://10.0.0.1:8080",
  adminAddress: "10.0.0.1:8081",
  kind: "remote",
  startedAt: 1,
};
const LOAD = { writesPerSecond: 5, lagMs: 0.1, connections: 3, memoryBytes: 1e8, problem: null };
const REPORT = {
  ...LOAD,
  isWhole: false,
  rooms: [{ room: "r", members: 1, movable: 1, writes: 2 }],
  emptiesAt: null,
};
const MOVES = [{ room: "r", clients: 2, url: "ws://10.0.0.2:8080" }];

describe("what servers and balancers say is taken as it is", () => {
  test.each<object>([
    { type: "report", from: FROM, sequence: 1, report: REPORT },
    {
      type: "report",
      from: FROM,
      sequence: 2,
      report: { ...REPORT, problem: "Redis is away", emptiesAt: 5 },
    },
    { type: "gone", id: "a" },
    { type: "balancer", id: "b", starting: 0, room: 3 },
  ])("report %j", (frame) => expect(decodeReport({ ...frame })).toEqual(frame as never));

  test.each<object>([
    { type: "report" },
    { type: "retire", emptiesAt: null },
    { type: "redistribute", reason: "busy", moves: MOVES },
    { type: "drain", reason: "retired", moves: [], other: null },
    { type: "spawn", reason: "busy", figures: { writes_per_s: 1 } },
  ])("order %j", (frame) => expect(decodeOrder({ ...frame })).toEqual(frame as never));

  test("events", () => {
    const event = {
      type: "died",
      server: "a",
      reason: "gone",
      figures: {},
      moves: [{ room: "r", clients: 1, to: "b" }],
    };
    expect(decodeEvent({ from: "b", event })).toEqual({ from: "b", event } as never);
  });
});

describe("what would bring a balancer or a server down is none of ours", () => {
  test.each<[string, object]>([
    ["no sender", { type: "report", sequence: 1, report: REPORT }],
    [
      "an address that is none",
      { type: "report", from: { ...FROM, url: "nowhere" }, sequence: 1, report: REPORT },
    ],
    [
      "an address of another kind",
      { type: "report", from: { ...FROM, url: "file:///" }, sequence: 1, report: REPORT },
    ],
    ["rooms that are no list", { type: "report", from: FROM, sequence: 1, report: { ...REPORT, rooms: {} } }],
    [
      "a room that is nothing",
      { type: "report", from: FROM, sequence: 1, report: { ...REPORT, rooms: [null] } },
    ],
    [
      "a load that is endless",
      { type: "report", from: FROM, sequence: 1, report: { ...REPORT, lagMs: Infinity } },
    ],
    ["an id that is an object", { type: "gone", id: {} }],
    ["a capacity below nothing", { type: "balancer", id: "b", starting: -1, room: 3 }],
    ["another word", { type: "constructor" }],
  ])("report with %s", (_, frame) => expect(decodeReport({ ...frame })).toBeNull());

  test.each<[string, object]>([
    ["no moves", { type: "redistribute", reason: "busy" }],
    ["a target that is none", { type: "redistribute", reason: "busy", moves: [{ ...MOVES[0], url: "" }] }],
    [
      "more clients than there are",
      { type: "drain", reason: "x", moves: [{ ...MOVES[0], clients: 1e12 }], other: null },
    ],
    ["figures that are words", { type: "spawn", reason: "busy", figures: { a: "b" } }],
    ["a time in words", { type: "retire", emptiesAt: "soon" }],
  ])("order with %s", (_, frame) => expect(decodeOrder({ ...frame })).toBeNull());

  test("an event of no kind that there is", () => {
    const event = { type: "toString", server: null, reason: "x", figures: {} };
    expect(decodeEvent({ from: "b", event })).toBeNull();
    expect(decodeEvent({ from: "b" })).toBeNull();
  });
});
