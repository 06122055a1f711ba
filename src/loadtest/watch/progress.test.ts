import { expect, test } from "bun:test";
import { progressLine, type Snapshot } from "./progress.ts";

const START: Snapshot = {
  phase: "sending",
  clients: 1000,
  connected: 1000,
  away: 0,
  reconnects: 0,
  redirects: 0,
  backP99: null,
  sent: 0,
  received: 0,
  p50: null,
  p99: null,
  loss: 0,
  leftMs: 30_000,
  late: false,
};

test("rates are of the time since the line before", () => {
  const now = { ...START, sent: 150, received: 1500, p50: 420, p99: 12_345, leftMs: 29_400 };
  expect(progressLine(now, START, 500)).toBe(
    "1,000/1,000 connected  300/s sent  3,000/s received  p50 0.420 ms  p99 12.3 ms  loss 0 %  30s left",
  );
});

test("before there are figures, none are made up", () => {
  expect(progressLine({ ...START, phase: "connecting", connected: 17 }, START, 500)).toBe(
    "17/1,000 connected",
  );
  expect(progressLine(START, START, 500)).toContain("p50 –  p99 –");
});

test("a generator that cannot keep up says so at once", () => {
  expect(progressLine({ ...START, late: true }, START, 500)).toContain("generator is late!");
});

test("who is away, came back or went elsewhere is told of, when there is somebody", () => {
  const now = { ...START, connected: 980, away: 20, reconnects: 31, backP99: 1_200_000, redirects: 7 };
  expect(progressLine(now, START, 500)).toContain(
    "loss 0 %  20 away  31 back (p99 1.20 s)  7 sent elsewhere  30s",
  );
});
