import { expect, test } from "bun:test";
import { Arrivals } from "./arrivals.ts";

test("who arrived fades over three rounds of samples, as the mean over 3 s comes to show them", () => {
  const arrivals = new Arrivals();
  arrivals.add("a", 10, 3);
  arrivals.add("b", 1);
  const seen: Array<number | undefined> = [];
  for (let second = 0; second < 4; second++) {
    seen.push(arrivals.of("a")?.writes);
    arrivals.turn();
  }
  expect(seen.map((writes) => writes && Math.round(writes))).toEqual([30, 20, 10, undefined]);
  expect(arrivals.total).toEqual({ clients: 0, writes: 0 });
});

test("the total is that of all servers", () => {
  const arrivals = new Arrivals();
  arrivals.add("a", 6, 3);
  arrivals.turn();
  arrivals.add("a", 6);
  arrivals.add("b", 3);
  expect(arrivals.total).toEqual({ clients: 4, writes: 21 });
  expect(arrivals.of("a")).toEqual({ clients: 3, writes: 18 });
});
