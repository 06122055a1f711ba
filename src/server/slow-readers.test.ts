import { expect, test } from "bun:test";
import { FakeClock } from "../lib/clock.ts";
import { silentLogger } from "../lib/log.ts";
import { type CloseRule, closeCodes } from "../protocol/close-codes.ts";
import { type Reader, SlowReaders, tooFarBehind } from "./slow-readers.ts";

/** The places of those who have to go, if so many bytes wait for each of them. */
function gone(waiting: readonly number[], each: number, total: number): number[] {
  const backlogs = waiting.map((bytes, reader) => ({ reader, bytes }));
  return tooFarBehind(backlogs, each, total)
    .map(({ reader }) => reader)
    .sort((a, b) => a - b);
}

test("whoever is over the limit has to go", () => {
  expect(gone([10, 100, 101, 500], 100, 1e9)).toEqual([2, 3]);
});

test("where all together hold too much, the furthest behind have to go until the rest fits", () => {
  const waiting = [0, 10, 20, 80, 90];
  expect(gone(waiting, 100, 200)).toEqual([]);
  expect(gone(waiting, 100, 199)).toEqual([4]);
  expect(gone(waiting, 100, 109)).toEqual([3, 4]);
});

test("those who go for their own sake leave room to the others", () => {
  expect(gone([500, 90, 90], 100, 180)).toEqual([0]);
});

test("what all together hold is bounded where all are equally far behind, too", () => {
  expect(gone([90, 90, 90], 100, 200)).toHaveLength(1);
  expect(gone(new Array(1000).fill(500), 1000, 100_000)).toHaveLength(800);
});

test("a look ends who has to go under the code of slow readers, and leaves those who read alone", () => {
  const ended: [string, CloseRule][] = [];
  const reader = (id: string, bytes: number): Reader => {
    return {
      id,
      socket: { getBufferedAmount: () => bytes },
      end: (rule) => void ended.push([id, rule]),
      cut() {},
    };
  };
  const readers = new Set([reader("reads", 0), reader("behind", 90), reader("over", 101)]);
  new SlowReaders(readers, limits(100, 1000), sent(200), clock, silentLogger).look();
  expect(ended).toEqual([["over", closeCodes.slowReader]]);
});

test("as long as too little was sent for anyone to be too far behind, nobody is asked", () => {
  let asked = 0;
  let waiting = 0;
  const getBufferedAmount = () => {
    asked++;
    return waiting;
  };
  const ended: CloseRule[] = [];
  const reader: Reader = {
    id: "one",
    socket: { getBufferedAmount },
    end: (rule) => void ended.push(rule),
    cut() {},
  };
  const counters = sent(0);
  const slowReaders = new SlowReaders(new Set([reader]), limits(100, 1000), counters, clock, silentLogger);
  const lookAfter = (bytes: number) => {
    counters.bytes.out += bytes;
    slowReaders.look();
    return asked;
  };
  expect(lookAfter(40)).toBe(0);
  expect(lookAfter(40)).toBe(1);
  // Nothing waited, so it begins anew.
  expect(lookAfter(40)).toBe(1);
  waiting = 70;
  expect(lookAfter(40)).toBe(2);
  // What waited then still may.
  expect(lookAfter(0)).toBe(3);
  waiting = 101;
  expect(lookAfter(31)).toBe(4);
  expect(ended).toEqual([closeCodes.slowReader]);
});

test("who is about to send much of what may wait has a look first, however soon after the last one", () => {
  let asked = 0;
  const reader: Reader = { id: "one", socket: { getBufferedAmount: () => ++asked }, end() {}, cut() {} };
  const counters = sent(0);
  const slowReaders = new SlowReaders(new Set([reader]), limits(100, 800), counters, clock, silentLogger);
  slowReaders.prepare(100);
  expect(asked).toBe(0);
  slowReaders.prepare(101);
  expect(asked).toBe(0);
  counters.bytes.out += 101;
  slowReaders.prepare(1);
  expect(asked).toBe(1);
  // Seen by then.
  slowReaders.prepare(99);
  expect(asked).toBe(1);
  counters.bytes.out += 90;
  slowReaders.prepare(90);
  expect(asked).toBe(2);
});

test("only so many are told goodbye at a time, because what waits for them stays: the others are cut", () => {
  const [told, cut]: string[][] = [[], []];
  const readers = new Set<Reader>();
  const stall = (id: string) =>
    readers.add({
      id,
      socket: { getBufferedAmount: () => 110 },
      end: () => void told!.push(id),
      cut: () => void cut!.push(id),
    });
  const counters = sent(0);
  const slowReaders = new SlowReaders(readers, limits(100, 1000), counters, clock, silentLogger);
  const lookAt = (...ids: string[]) => {
    readers.clear();
    for (const id of ids) stall(id);
    counters.bytes.out += 1000;
    slowReaders.look();
  };
  lookAt("a", "b", "c");
  expect([told, cut]).toEqual([["a", "b"], ["c"]]);
  clock.advance(LINGERING - 1);
  lookAt("d");
  expect([told, cut]).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  clock.advance(1);
  lookAt("e");
  expect(told).toEqual(["a", "b", "e"]);
  expect(counters.cut).toBe(2);
});

const LINGERING = 1000;
const clock = new FakeClock();

function limits(each: number, total: number) {
  return { each, total, lingering: LINGERING };
}

function sent(out: number) {
  return { bytes: { in: 0, out }, cut: 0 };
}
