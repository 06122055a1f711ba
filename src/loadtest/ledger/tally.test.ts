import { expect, test } from "bun:test";
import { type OwnDeparture, Tally } from "./tally.ts";

const SENT = 1_763_683_200_000_000;

function departure(scheduledUs: number, sentUs: number, change: Partial<OwnDeparture> = {}): OwnDeparture {
  return { scheduledUs, sentUs, members: 1, second: 0, counts: true, waited: false, ...change };
}

test("both latencies are measured, each from its own start", () => {
  const tally = new Tally();
  const flight = tally.send(departure(SENT - 300, SENT, { members: 2 }));
  tally.receive([flight], [SENT + 1000]);
  tally.receive([flight], [SENT + 2000]);
  expect(tally.fromSent.percentiles([50, 100])).toEqual([1000, 2000]);
  expect(tally.fromScheduled.percentiles([50, 100])).toEqual([1300, 2300]);
  expect(flight.missing).toBe(0);
  expect(tally).toMatchObject({ sent: 1, expected: 2, received: 2, outstanding: 0 });
});

test("the warm-up is followed to its end, but not counted", () => {
  const tally = new Tally();
  const flight = tally.send(departure(SENT, SENT, { members: 3, counts: false }));
  tally.receive([flight], [SENT + 10]);
  expect(tally).toMatchObject({ sent: 0, expected: 0, received: 0, outstanding: 2 });
  expect(tally.fromSent.count).toBe(0);
});

test("loss while running leaves out what may be on its way", () => {
  const tally = new Tally();
  const first = tally.send(departure(SENT, SENT, { members: 4 }));
  tally.receive([first], [SENT + 10]);
  tally.send(departure(SENT + 3_000_000, SENT + 3_000_000, { members: 100, second: 3 }));
  expect(tally.dueBefore(2)).toEqual({ expected: 0, received: 0 });
  expect(tally.dueBefore(3)).toEqual({ expected: 4, received: 1 });
  expect(tally.dueBefore(6)).toEqual({ expected: 104, received: 1 });
});

test("the send lag is how late a message left", () => {
  const tally = new Tally();
  for (let i = 0; i < 100; i++) tally.send(departure(SENT, SENT + 50, { members: 1 }));
  expect(tally.sendLag.percentile(99)).toBe(50);
});

test("a message that waited for its sender's return is no lag of the generator", () => {
  const tally = new Tally();
  const flight = tally.send(departure(SENT, SENT + 900_000, { waited: true }));
  tally.receive([flight], [SENT + 950_000]);
  expect(tally.sendLag.count).toBe(0);
  expect(tally.fromScheduled.max).toBe(950_000);
});

test("what a message was not for is neither expected nor lost", () => {
  const tally = new Tally();
  const flight = tally.send(departure(SENT, SENT, { members: 3 }));
  tally.receive([flight], [SENT + 10]);
  tally.expectLess(flight, 2);
  expect(tally).toMatchObject({ expected: 1, received: 1, outstanding: 0 });
  expect(tally.dueBefore(10)).toEqual({ expected: 1, received: 1 });
});
