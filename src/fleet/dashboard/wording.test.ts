import { expect, test } from "bun:test";
import { fakeServer } from "../fake-status.ts";
import {
  capacityLine,
  drainQuestion,
  figureName,
  figureValue,
  lostLine,
  movesLine,
  phasesLine,
} from "./wording.ts";

test("the phases are named where not all are ready", () => {
  const limits = { min: 1, max: 1200, spawn_at: 1 };
  expect(phasesLine([fakeServer("a")], limits)).toBe("ready · at most 1,200");
  const mixed = [
    fakeServer("a", { phase: "draining" }),
    fakeServer("b", { phase: "unready" }),
    fakeServer("c"),
  ];
  expect(phasesLine(mixed, limits)).toBe("ready · 1 draining · 1 unready");
});

test("the load is a part of what the fleet can do", () => {
  expect(capacityLine(24_600, 3, 20_000)).toBe("41 % of threshold");
  expect(capacityLine(0, 0, 20_000)).toBe("no server is ready");
});

test("a lost connection says from when the numbers are", () => {
  expect(lostLine(null)).toBe("The balancer does not answer, trying again");
  expect(lostLine(Date.now())).toMatch(/lost, trying again\. What you see is from \d\d:\d\d:\d\d$/);
});

test("moves are summed up, figures named in words", () => {
  const moves = [
    { room: "r", clients: 20, to: "a" },
    { room: "r", clients: 3, to: "b" },
    { room: "s", clients: 1, to: "b" },
  ];
  expect(movesLine(moves)).toBe("24 clients of 2 rooms");
  expect(["writesPerSecond", "loop_lag_ms"].map(figureName)).toEqual(["writes per second", "loop lag ms"]);
  expect([12_345, 3.217, Number.NaN].map(figureValue)).toEqual(["12,345", "3.22", "n/a"]);
});

test("draining is asked for with what it means", () => {
  expect(drainQuestion(0)).toStartWith("Nobody is on it.");
  expect(drainQuestion(1)).toStartWith("Its 1 client is");
  expect(drainQuestion(6395)).toStartWith("Its 6,395 clients are");
});
