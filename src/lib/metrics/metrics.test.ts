import { expect, test } from "bun:test";
import { Metrics } from "./metrics.ts";
import { Observations } from "./observations.ts";

test("every metric is read anew for each text", async () => {
  const metrics = new Metrics();
  const rooms = { open: 1 };
  const seen = new Observations([0.5, 2]);
  metrics.counter("joins_total", "Clients let in.", () => rooms.open * 2);
  metrics.gauge("rooms", "Rooms by state.", () => rooms, "state");
  metrics.histogram("wait_seconds", "Time.", seen);
  await metrics.text();

  rooms.open = 7;
  for (const value of [0.1, 1, 3]) seen.add(value);
  expect(await metrics.text()).toBe(`# HELP joins_total Clients let in.
# TYPE joins_total counter
joins_total 14

# HELP rooms Rooms by state.
# TYPE rooms gauge
rooms{state="open"} 7

# HELP wait_seconds Time.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.5"} 1
wait_seconds_bucket{le="2"} 2
wait_seconds_bucket{le="+Inf"} 3
wait_seconds_sum 4.1
wait_seconds_count 3
`);
});

test("a label's value that is gone is told no more", async () => {
  const metrics = new Metrics();
  let phases: Record<string, number> = { ready: 1, draining: 1 };
  metrics.gauge("servers", "By phase.", () => phases, "phase");
  expect(await metrics.text()).toContain('servers{phase="draining"} 1');
  phases = { ready: 2 };
  expect(await metrics.text()).not.toContain("draining");
});

test("a name is given once", () => {
  const metrics = new Metrics();
  metrics.gauge("rooms", "Rooms.", () => 1);
  expect(() => metrics.gauge("rooms", "Rooms.", () => 2)).toThrow("already been registered");
});
