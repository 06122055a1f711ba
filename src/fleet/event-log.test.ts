import { beforeEach, expect, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { createLogger } from "../lib/log.ts";
import { EventLog } from "./event-log.ts";
import type { DecisionEvent } from "./status.ts";

const clock = new FakeClock(1000.6);
const joined = (server: string) =>
  ({ type: "joined", server, reason: `server ${server} takes clients`, figures: {} }) as const;

let lines: string[];
let events: EventLog;
beforeEach(() => {
  lines = [];
  const write = (line: string) => void lines.push(line);
  events = new EventLog(clock, createLogger({ format: "json", level: "debug", clock, write }));
});

test("numbers what happens, and says when", () => {
  events.add(joined("a"));
  events.add(joined("b"));
  expect(events.recent).toEqual([
    { number: 1, at: 1001, ...joined("a") },
    { number: 2, at: 1001, ...joined("b") },
  ]);
});

test("keeps the last two hundred", () => {
  for (let n = 1; n <= 250; n++) events.add(joined(`${n}`));
  expect(events.recent.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, n) => n + 51));
});

test("tells whoever listens, until they have heard enough", () => {
  const heard: DecisionEvent[] = [];
  const stop = events.listen((event) => heard.push(event));
  events.add(joined("a"));
  stop();
  events.add(joined("b"));
  expect(heard).toEqual([events.recent[0]!]);
});

test("is in the log, a death as a warning, moves in words", () => {
  events.add({ type: "died", server: "a", reason: "it ended", figures: { connections: 3 } });
  const moves = [
    { room: "r", clients: 4, to: "b" },
    { room: "s", clients: 1, to: "c" },
  ];
  events.add({ type: "redistribute", server: "a", reason: "too much", figures: { writes: 9 }, moves });
  events.add({ type: "elected", server: null, reason: "it decides", figures: {} });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "warn", event: "died", server: "a", reason: "it ended", connections: 3 },
    { level: "info", event: "redistribute", writes: 9, moves: "4 of r to b, 1 of s to c" },
    { level: "info", event: "elected", server: null },
  ]);
});
