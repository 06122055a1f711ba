import { expect, test } from "bun:test";
import { OPTIONS } from "./fake-options.ts";
import { planClients } from "./plan.ts";

test("every room gets its members, under ids that are all different", () => {
  const clients = planClients(OPTIONS, "run1");
  expect(clients).toHaveLength(12);
  expect(new Set(clients.map((client) => client.id)).size).toBe(12);
  for (const room of [0, 1, 2]) expect(clients.filter((client) => client.room === room)).toHaveLength(4);
});

test("connects are spread evenly over the ramp", () => {
  const times = planClients(OPTIONS, "run1").map((client) => client.connectAt);
  expect(times).toEqual(Array.from({ length: 12 }, (_, i) => i * 100));
});

test("phases lie within the interval; the seed decides them", () => {
  const phases = (seed: number) => planClients({ ...OPTIONS, seed }, "run1").map((client) => client.phase);
  for (const phase of phases(1)) {
    expect(phase).toBeGreaterThanOrEqual(0);
    expect(phase).toBeLessThan(1000);
  }
  expect(phases(1)).toEqual(phases(1));
  expect(phases(1)).not.toEqual(phases(2));
});
