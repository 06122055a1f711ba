import { describe, expect, test } from "bun:test";
import { DISTURBANCES, END, META } from "../results/fake-run.ts";
import type { LatencySummary, RunSummary } from "../results/summary.ts";
import { capacityOfRun, capacityOfSample } from "./observed.ts";

const latency = (p99: number): LatencySummary => ({
  ...{ count: 1, mean: 1, sd: 0, min: 1, max: 1, curve: [], bins: [] },
  percentiles: [
    { percent: 50, valueUs: 1 },
    { percent: 99, valueUs: p99 },
  ],
});

/** Ten seconds, 50,000 deliveries. */
const RUN: RunSummary = {
  ...{
    label: "run.csv",
    rooms: 5,
    roomSize: 10,
    clients: 50,
    sent: 5000,
    expected: 50_000,
    received: 50_000,
  },
  ...{
    sample: 1,
    repeated: 0,
    unmatched: 0,
    spanUs: 10_000_000,
    fromScheduled: latency(20_000),
    fromSent: latency(10_000),
  },
  ...{ disturbances: null, timeline: null, meta: null, notes: [] },
};

describe("the capacity that a run shows", () => {
  test("in good health: at least what came", () => {
    const observed = capacityOfRun(RUN);
    expect(observed).toMatchObject({ writes: 5000, isLowerBound: true });
    expect(observed?.source).toBe("run.csv: 5,000 deliveries/s, p99 20.0 ms, loss 0 %");
    expect(observed?.caveats[0]).toContain("at least this");
  });

  test.each([
    ["late", { fromScheduled: latency(1_500_000) }],
    ["with losses", { received: 49_000 }],
  ])("%s: what came is all that it carries", (_name, change) => {
    const observed = capacityOfRun({ ...RUN, ...change });
    expect(observed?.isLowerBound).toBe(false);
    expect(observed?.caveats[0]).toContain("was full");
  });

  test("late because of the generator: at least what came", () => {
    const meta = { ...META, end: { ...END, received: 50_000, warnings: ["the generator sent late"] } };
    const observed = capacityOfRun({ ...RUN, meta, fromScheduled: latency(1_500_000) });
    expect(observed?.isLowerBound).toBe(true);
    expect(observed?.caveats[0]).toContain("could not keep up");
  });

  test("the notes of the run are told", () => {
    const notes = ["the generator sent late"];
    expect(capacityOfRun({ ...RUN, notes })?.caveats).toContain("the generator sent late");
  });

  test("of a file that holds a sample: what its rows stand for", () => {
    const meta = { ...META, sample: 10, end: { ...END, received: 499_999 } };
    expect(capacityOfRun({ ...RUN, meta })?.writes).toBe(50_000);
  });

  test("of a file that was cut: its rows over their span, whatever the generator counted", () => {
    const meta = { ...META, end: { ...END, received: 500_000 } };
    expect(capacityOfRun({ ...RUN, meta })?.writes).toBe(5000);
  });

  test.each([
    [
      "lost clients",
      { disturbances: { ...DISTURBANCES, disconnects: 20, lost_clients: 20 } },
      "20 clients lost",
    ],
    ["could not connect", { meta: { ...META, end: { ...END, connect_errors: 1 } } }, "1 client could not"],
  ])("%s: it shows no capacity", (_name, change, words) => {
    expect(() => capacityOfRun({ ...RUN, ...change })).toThrow(words);
  });

  test.each([
    [
      "connections broke",
      { disturbances: { ...DISTURBANCES, disconnects: 9, lost_clients: 0 } },
      "9 connections",
    ],
    ["interrupted", { meta: { ...META, end: { ...END, interrupted: true } } }, "was interrupted"],
    ["never over", { meta: META }, "did not finish"],
  ])("%s: neither healthy nor at least that", (_name, change, words) => {
    const observed = capacityOfRun({ ...RUN, ...change });
    expect(observed?.isLowerBound).toBe(false);
    expect(observed?.caveats[0]).toContain(words);
    expect(observed?.caveats.join()).not.toContain("good health");
  });

  test("without deliveries none; a file without a plan is judged from sent", () => {
    expect(capacityOfRun({ ...RUN, received: 0 })).toBeNull();
    expect(capacityOfRun({ ...RUN, spanUs: null })).toBeNull();
    expect(capacityOfRun({ ...RUN, fromScheduled: null, fromSent: latency(2_000_000) })?.isLowerBound).toBe(
      false,
    );
  });
});

describe("the capacity that a server suggests", () => {
  const server = (cpuShare: number, worstLagMs = 2) =>
    capacityOfSample({ kind: "server", writesPerSecond: 10_000, cpuShare, worstLagMs }, "here");

  test("extrapolated to a whole core, with a word of warning", () => {
    expect(server(0.25)).toMatchObject({ writes: 40_000, isLowerBound: false });
    expect(server(0.25)?.source).toBe("here: 10,000 writes/s with 25 % of a core");
    expect(server(0.25)?.caveats[0]).toContain("extrapolated");
  });

  test("of one that is nearly idle it is at least so much", () => {
    expect(server(0.01)).toMatchObject({ writes: 200_000, isLowerBound: true });
    expect(server(0.01)?.caveats[1]).toContain("nearly idle");
  });

  test("one that is late, or has used its core, is full", () => {
    expect(server(0.5, 150)).toMatchObject({ writes: 10_000, isLowerBound: false });
    expect(server(1.1)).toMatchObject({ writes: 10_000, isLowerBound: false });
  });

  test("a fleet tells the load of its busiest server, no more", () => {
    const fleet = (meanLagMs: number) =>
      capacityOfSample({ kind: "fleet", servers: 3, writesPerSecond: 7000, meanLagMs }, "here");
    expect(fleet(1)).toMatchObject({ writes: 7000, isLowerBound: true });
    expect(fleet(20)).toMatchObject({ writes: 7000, isLowerBound: false });
  });

  test("nothing written shows nothing", () => {
    expect(
      capacityOfSample({ kind: "server", writesPerSecond: 0, cpuShare: 0.1, worstLagMs: 0 }, "h"),
    ).toBeNull();
  });
});
