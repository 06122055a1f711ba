import { describe, expect, test } from "bun:test";
import { Distribution } from "../lib/distribution.ts";
import { lossOf, messagesNeeded, type RunSummary, summariseLatency } from "./summary.ts";

const RUN: RunSummary = {
  label: "run",
  rooms: 1,
  roomSize: 4,
  clients: 4,
  sample: 1,
  sent: 10,
  expected: 40,
  received: 30,
  repeated: 0,
  unmatched: 0,
  spanUs: 1,
  fromScheduled: null,
  fromSent: null,
  disturbances: null,
  timeline: null,
  meta: null,
  notes: [],
};

describe("messagesNeeded", () => {
  test.each([
    [50, 1],
    [99, 1],
    [99.9, 10_000],
    [99.99, 100_000],
    [99.5, 2000],
    [100, 1],
  ])("p%p needs %p messages", (percent, messages) => expect(messagesNeeded(percent)).toBe(messages));
});

describe("summariseLatency", () => {
  test("is null without latencies", () => expect(summariseLatency(new Distribution(), 5, [50])).toBeNull());

  test.each([
    [9999, null],
    [10_000, 9],
  ])("p99.9 of %p messages is %p", (messages, valueUs) => {
    const latencies = new Distribution();
    for (let i = 0; i < 10; i++) latencies.add(i);
    expect(summariseLatency(latencies, messages, [50, 99.9])).toMatchObject({
      count: 10,
      mean: 4.5,
      sd: Math.sqrt(8.25),
      min: 0,
      max: 9,
      percentiles: [
        { percent: 50, valueUs: 4 },
        { percent: 99.9, valueUs },
      ],
    });
  });
});

describe("lossOf", () => {
  test("is the share that never came", () => expect(lossOf(RUN)).toBe(0.25));
  test("does not count a repetition as a delivery", () => expect(lossOf({ ...RUN, repeated: 10 })).toBe(0.5));
  test("is never negative", () => expect(lossOf({ ...RUN, received: 50 })).toBe(0));
  test("is not known without an expectation", () => {
    expect(lossOf({ ...RUN, expected: null })).toBeNull();
    expect(lossOf({ ...RUN, expected: 0 })).toBeNull();
  });
});
