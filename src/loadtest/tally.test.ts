import { expect, test } from "bun:test";
import { Tally } from "./tally.ts";

const SENT = 1_763_683_200_000_000;

test("both latencies are measured, each from its own start", () => {
  const tally = new Tally();
  const flight = tally.send(SENT - 300, SENT, 2, 0, true);
  tally.receive(flight, SENT + 1000);
  tally.receive(flight, SENT + 2000);
  expect(tally.fromSent.percentiles([50, 100])).toEqual([1000, 2000]);
  expect(tally.fromScheduled.percentiles([50, 100])).toEqual([1300, 2300]);
  expect(flight.missing).toBe(0);
  expect(tally).toMatchObject({ sent: 1, expected: 2, received: 2, outstanding: 0 });
});

test("the warm-up is followed to its end, but not counted", () => {
  const tally = new Tally();
  const flight = tally.send(SENT, SENT, 3, 0, false);
  tally.receive(flight, SENT + 10);
  expect(tally).toMatchObject({ sent: 0, expected: 0, received: 0, outstanding: 2 });
  expect(tally.fromSent.count).toBe(0);
});

test("loss while running leaves out what may be on its way", () => {
  const tally = new Tally();
  const first = tally.send(SENT, SENT, 4, 0, true);
  tally.receive(first, SENT + 10);
  tally.send(SENT + 3_000_000, SENT + 3_000_000, 100, 3, true);
  expect(tally.lossBefore(2)).toBe(0);
  expect(tally.lossBefore(3)).toBe(0.75);
  expect(tally.lossBefore(6)).toBeCloseTo(103 / 104, 10);
});

test("the send lag is how late a message left", () => {
  const tally = new Tally();
  for (let i = 0; i < 100; i++) tally.send(SENT, SENT + 50, 1, 0, true);
  expect(tally.sendLag.percentile(99)).toBe(50);
});
