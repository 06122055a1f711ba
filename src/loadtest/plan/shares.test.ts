import { expect, test } from "bun:test";
import { shareOut } from "./shares.ts";

/** Clients of each process. */
function loads(sizes: number[], processes: number): number[] {
  const shares = shareOut(sizes, processes);
  const clients = new Array<number>(processes).fill(0);
  for (const [room, size] of sizes.entries()) {
    for (let member = 0; member < size; member++) clients[shares.processOf(room, member)]!++;
  }
  return clients;
}

test("rooms stay whole, and processes get equally many clients", () => {
  const sizes = new Array<number>(100).fill(16);
  const shares = shareOut(sizes, 4);
  expect(sizes.some((_, room) => shares.isShared(room))).toBe(false);
  expect(loads(sizes, 4)).toEqual([400, 400, 400, 400]);
});

test("a room that is more than one process's share is dealt out to all", () => {
  const shares = shareOut([1000, 10, 10], 3);
  expect([0, 1, 2].map((room) => shares.isShared(room))).toEqual([true, false, false]);
  const clients = loads([1000, 10, 10], 3);
  expect(Math.max(...clients) - Math.min(...clients)).toBeLessThanOrEqual(11);
});

test("alone, a process has everything to itself", () => {
  const shares = shareOut([7, 3], 1);
  expect([0, 1].map((room) => shares.isShared(room))).toEqual([false, false]);
  expect(loads([7, 3], 1)).toEqual([10]);
});
