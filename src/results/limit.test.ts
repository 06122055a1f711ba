import { expect, test } from "bun:test";
import { Distribution } from "../lib/distribution.ts";
import { DISTURBANCES, END, META } from "./fake-run.ts";
import { limitOf, withLimit } from "./limit.ts";
import type { GeneratorHealth, RunMeta } from "./run-meta.ts";
import { type RunSummary, summariseLatency } from "./summary.ts";

const WELL: GeneratorHealth = {
  slot_s: 1,
  cpu_percent: [30, 41, 35, 33, 34],
  host_cpu_percent: [60, 70, 65, 60, 60],
  loop_delay_ms: [1, 2, 1, 1, 1],
  send_lag_ms: [1, 1.5, 1, 1, 1],
};

/** A run whose deliveries all took that long. */
function run(latencyUs: number, health: Partial<GeneratorHealth> | null, change: Partial<RunSummary> = {}) {
  const latencies = new Distribution();
  latencies.add(latencyUs);
  const latency = summariseLatency(latencies, 1, [50, 99]);
  const meta: RunMeta =
    health === null ? META : { ...META, end: { ...END, generator: { ...WELL, ...health } } };
  const summary: RunSummary = {
    ...{
      label: "run",
      rooms: 1,
      roomSize: 2,
      clients: 2,
      sent: 1,
      expected: 2,
      received: 2,
      sample: 1,
      repeated: 0,
      unmatched: 0,
    },
    ...{
      spanUs: 1,
      fromScheduled: latency,
      fromSent: latency,
      disturbances: null,
      timeline: null,
      meta,
      notes: ["b"],
    },
  };
  return { ...summary, ...change };
}

test("nothing is said where the generator has not told how it fared", () => {
  expect(limitOf(run(1000, null))).toBeNull();
  expect(limitOf(run(1000, {}, { fromSent: null }))).toBeNull();
});

test("no limit was reached", () => {
  expect(limitOf(run(1000, {}))).toBe(
    "limit: none was reached; the generator kept up (a process of it used up to 41 % of a core and sent up to 1.50 ms late)",
  );
});

test("the server: it is slow or loses messages while the generator keeps up", () => {
  expect(limitOf(run(3_200_000, {}))).toStartWith(
    "limit: the server or the way to it (p50 3.20 s from sent); the generator kept up",
  );
  expect(limitOf(run(1000, {}, { received: 1 }))).toContain("(50 % lost)");
});

test("the server: it loses connections, whatever became of the rest", () => {
  const disturbances = { ...DISTURBANCES, disconnects: 20, lost_clients: 20 };
  expect(limitOf(run(1000, {}, { disturbances }))).toStartWith(
    "limit: the server or the way to it (20 connections lost); the generator kept up",
  );
  const { meta } = run(1000, {});
  const end = { ...meta!.end!, connect_errors: 3 };
  expect(limitOf(run(1000, {}, { meta: { ...meta!, end } }))).toContain("(3 clients could not connect)");
});

test("connections that came back are no limit", () => {
  const disturbances = { ...DISTURBANCES, disconnects: 9, lost_clients: 0 };
  expect(limitOf(run(1000, {}, { disturbances }))).toStartWith("limit: none");
});

test.each([
  ["CPU", { cpu_percent: [95, 96, 20, 20, 20] }],
  ["loop", { loop_delay_ms: [150, 150, 1, 1, 1] }],
  ["lag", { send_lag_ms: [25, 25, 1, 1, 1] }],
])("the generator, whatever the server did: %s", (_what, health) => {
  expect(limitOf(run(3_200_000, health))).toStartWith("limit: the generator (");
});

test("one bad second is no limit", () => {
  expect(limitOf(run(1000, { send_lag_ms: [25, 1, 1, 1, 1] }))).toStartWith("limit: none");
});

test("a machine that is full is told of", () => {
  expect(limitOf(run(1000, { host_cpu_percent: [99, 99, 99, 60, 60] }))).toEndWith(
    "; all cores of this machine were in use",
  );
});

test("stands before the other notes", () => {
  const { notes } = withLimit(run(1000, {}));
  expect([notes[0]!.slice(0, 6), notes[1]]).toEqual(["limit:", "b"]);
});
