import { describe, expect, test } from "bun:test";
import { Distribution } from "../lib/distribution.ts";
import { END, META } from "./fake-run.ts";
import { type RunSummary, summariseLatency } from "./summary.ts";
import { describeVerdict, parseThreshold } from "./threshold.ts";
import { failures, judge, judged, percentilesFor } from "./threshold-judge.ts";

/** 100 messages to 4 members in 2 s: 1 to 100 ms from scheduled, one less from sent; 4 deliveries lost. */
const RUN: RunSummary = {
  label: "run",
  rooms: 1,
  roomSize: 4,
  clients: 4,
  sent: 100,
  expected: 400,
  received: 396,
  sample: 1,
  repeated: 0,
  unmatched: 0,
  spanUs: 2_000_000,
  fromScheduled: latencies(0),
  fromSent: latencies(-1000),
  disturbances: null,
  timeline: null,
  meta: {
    ...META,
    end: {
      ...END,
      connect_errors: 2,
      disconnects: 3,
      generator: { slot_s: 1, cpu_percent: [1, 2], loop_delay_ms: [1, 2], send_lag_ms: [0.5, 12] },
    },
  },
  notes: [],
};

function latencies(shiftUs: number) {
  const distribution = new Distribution();
  for (let ms = 1; ms <= 100; ms++) distribution.add(ms * 1000 + shiftUs);
  return summariseLatency(distribution, 100, [50, 97.3, 99, 99.9]);
}

const verdictOf = (text: string, run = RUN, baseline: RunSummary | null = null) =>
  judge(parseThreshold(text), run, baseline);

describe("judge", () => {
  test.each([
    ["p99<100ms", true, 99_000],
    ["p99<99ms", false, 99_000],
    ["p99<=99ms", true, 99_000],
    ["p99>98ms", true, 99_000],
    ["p99==99ms", true, 99_000],
    ["p99_sent<=98ms", true, 98_000],
    ["p97.3<1s", true, 98_000],
    ["p91<1s", true, 91_000],
    ["max<100ms", false, 100_000],
    ["min>=1ms", true, 1000],
    ["mean<51ms", true, 50_500],
    ["loss<=1%", true, 0.01],
    ["loss==0", false, 0.01],
    ["received_rate>=198", true, 198],
    ["sent_rate>50", false, 50],
    ["connect_errors<=1", false, 2],
    ["disconnects<4", true, 3],
    ["repeated==0", true, 0],
    ["send_lag<10ms", false, 12_000],
  ])("%s: %p", (text, held, actual) => {
    expect(verdictOf(text)).toMatchObject({ held, actual, reason: null });
  });

  test("what is not known has not held, and says why", () => {
    const older = { ...RUN, fromScheduled: null, expected: null, meta: null, spanUs: 0 };
    const reasons: Array<[string, RunSummary, string]> = [
      ["p99.9<1s", RUN, "too few messages: it takes 10,000"],
      ["p97.4<1s", RUN, "p97.4 was not calculated"],
      ["p99<1s", older, "the file has no plan"],
      ["p99<1s", { ...RUN, fromScheduled: null, fromSent: null }, "nothing was delivered"],
      ["loss==0", older, "the size of the rooms is not known"],
      ["loss==0", { ...RUN, sent: 0, expected: 0 }, "nothing was sent"],
      ["connect_errors==0", older, "no account"],
      ["disconnects==0", older, "no account"],
      ["send_lag<1s", older, "the generator's own account is missing"],
      ["received_rate>1", older, "too little was sent for a rate"],
    ];
    for (const [text, run, reason] of reasons) {
      const verdict = verdictOf(text, run);
      expect(verdict).toMatchObject({ held: false, actual: null });
      expect(verdict.reason).toContain(reason);
    }
  });

  test("a share of the baseline is one of its own figure", () => {
    const slower = { ...RUN, fromScheduled: latencies(10_000) };
    expect(verdictOf("p99<=110%", RUN, slower).held).toBeTrue();
    expect(verdictOf("p99<=110%", slower, RUN)).toMatchObject({ held: false, actual: 109_000, reason: null });
    expect(verdictOf("p99<=111%", slower, RUN).held).toBeTrue();
    expect(verdictOf("p99<=110%").reason).toContain("no run in the baseline");
    expect(verdictOf("send_lag<=110%", RUN, { ...RUN, meta: null }).reason).toStartWith("in the baseline: ");
  });
});

test("a verdict in a sentence", () => {
  expect(describeVerdict(verdictOf("p99<98ms"))).toBe("p99<98ms did not hold: 99.0 ms");
  expect(describeVerdict(verdictOf("loss<=1%"))).toBe("loss<=1% held: 1 %");
  expect(describeVerdict(verdictOf("sent_rate>50"))).toBe("sent_rate>50 did not hold: 50/s");
  expect(describeVerdict(verdictOf("repeated==0"))).toBe("repeated==0 held: 0");
  expect(describeVerdict(verdictOf("p99.9<1s"))).toBe(
    "p99.9<1s did not hold: too few messages: it takes 10,000",
  );
});

test("verdicts stand with the run, and only when there are some", () => {
  expect(judged(RUN, [])).toBe(RUN);
  const thresholds = ["p99<1s", "loss==0"].map(parseThreshold);
  expect(judged(RUN, thresholds).verdicts?.map(({ held }) => held)).toEqual([true, false]);
  expect(failures(judged(RUN, thresholds))).toEqual(["loss==0 did not hold: 1 %"]);
  expect(failures(RUN)).toEqual([]);
});

test("percentiles that thresholds need are calculated with the others", () => {
  const thresholds = ["p97<1s", "p99<1s", "p5_sent<1s", "mean<1s"].map(parseThreshold);
  expect(percentilesFor(thresholds, [50, 99])).toEqual([5, 50, 97, 99]);
});

test("rates of a sample are estimated for all messages", () => {
  const sampled = { ...RUN, sample: 10 };
  expect(verdictOf("received_rate>=1980", sampled)).toMatchObject({ held: true, actual: 1980 });
  expect(verdictOf("sent_rate<=500", sampled)).toMatchObject({ held: true, actual: 500 });
});
