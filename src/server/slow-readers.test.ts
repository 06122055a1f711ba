import { expect, test } from "bun:test";
import { silentLogger } from "../lib/log.ts";
import { type Reader, SlowReaders } from "./slow-readers.ts";

/** Looks once at clients for whom so many bytes wait; answers with the places of those that were ended. */
function ended(waiting: readonly number[], limit: number, total: number): number[] {
  const gone: number[] = [];
  const readers = waiting.map((bytes, place): Reader => {
    return { id: `${place}`, socket: { getBufferedAmount: () => bytes }, end: () => void gone.push(place) };
  });
  new SlowReaders(new Set(readers), limit, total, silentLogger).look();
  return gone;
}

test("who is over the limit has to go", () => {
  expect(ended([0, 100, 101, 500], 100, 1e9)).toEqual([2, 3]);
});

test("where all together hold too much, those who are further behind than most have to go, too", () => {
  const waiting = [0, 10, 20, 80, 90];
  expect(ended(waiting, 100, 200)).toEqual([]);
  expect(ended(waiting, 100, 199)).toEqual([3, 4]);
});

test("those who read are never the ones to go", () => {
  expect(ended([0, 0, 0], 100, 0)).toEqual([]);
});
