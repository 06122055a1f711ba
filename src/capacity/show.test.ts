import { expect, test } from "bun:test";
import { planJson } from "./json.ts";
import type { Observed } from "./observed.ts";
import { plan } from "./plan.ts";
import { showPlan } from "./show.ts";

const TALK = { interval: 1000, wire: { message: 100, ack: 20, delivery: 150 }, history: 0, headroom: 0 };
const CAPACITY = { writes: 1000, connections: 500 };
const SMALL = plan({ ...TALK, sizes: [10, 10] }, CAPACITY);
const LARGE = plan({ ...TALK, sizes: [100, 10] }, CAPACITY);
const OBSERVED: Observed = { writes: 1000, source: "run.csv", isLowerBound: true, caveats: ["at least"] };

test("two tables and a sentence", () => {
  const text = showPlan(SMALL, null);
  expect(text).toMatch(/│ socket writes +│ +200\/s │/);
  expect(text).toMatch(/│ servers needed +│ +1 │/);
  expect(text).toContain("the capacity is the default of a fleet's --spawn-at");
  expect(text).toEndWith("\n\n1 server carries it (200 writes/s); with 2 one of them may fail.\n");
});

test("a room hotter than a server is told, and where the capacity comes from", () => {
  const text = showPlan(LARGE, OBSERVED);
  expect(text).toMatch(/of what a server carries +│ +10\.0 times │/);
  expect(text).toContain("it has to be spread over 10,");
  expect(text).toContain("\n  the capacity is that of run.csv\n  at least\n");
  expect(text).toMatch(/│ hottest room +│ +100 users, 10,000 writes\/s │/);
});

test("of a capacity that is a lower bound follow at most so many servers", () => {
  const text = showPlan(LARGE, OBSERVED);
  expect(text).toMatch(/│ a server carries, at least +│ +1,000 writes\/s, 500 connections │/);
  expect(text).toMatch(/│ servers needed, at most +│ +11 │/);
  expect(text).toContain(
    "\n\nAt most 11 servers carry it (10,100 writes/s); with 12 one of them may fail. It may take",
  );
  const certain = showPlan(LARGE, { ...OBSERVED, isLowerBound: false });
  expect(certain).toEndWith("\n\n11 servers carry it (10,100 writes/s); with 12 one of them may fail.\n");
});

test("large rates have their thousands separated", () => {
  const text = showPlan(plan({ ...TALK, sizes: [1_000_000_000] }, CAPACITY), null);
  expect(text).toMatch(/│ bandwidth out +│ +1,200,000,000,\d{3} Gbit\/s │/);
});

test("for programs", () => {
  const json = planJson(LARGE, OBSERVED);
  expect(json).toEndWith("}\n");
  expect(JSON.parse(json)).toMatchObject({
    writes_per_s: 10_100,
    hottest_room: { users: 100, servers: 10 },
    capacity: { writes_per_s: 1000, source: "run.csv", is_lower_bound: true, caveats: ["at least"] },
    servers: { needed: 11, with_one_to_spare: 12 },
  });
  expect(JSON.parse(planJson(SMALL, null)).capacity).toMatchObject({ source: null, caveats: [] });
});
