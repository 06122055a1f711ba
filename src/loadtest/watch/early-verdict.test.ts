import { describe, expect, test } from "bun:test";
import { parseThreshold } from "../../results/threshold.ts";
import { brokenSoFar } from "./early-verdict.ts";
import type { Snapshot } from "./progress.ts";

/** 10 s into a test of 30 s, 2 s of them warm-up: p50 20 ms, p99 300 ms, 1 % lost. */
const TIMES = { duration: 30_000, warmup: 2000 };
const NOW: Snapshot = {
  phase: "sending",
  clients: 100,
  connected: 100,
  ...{ away: 0, reconnects: 0, redirects: 0, backP99: null },
  sent: 1000,
  received: 100_000,
  p50: 20_000,
  p99: 300_000,
  loss: 0.01,
  leftMs: 20_000,
  late: false,
};
const broken = (text: string, now: Partial<Snapshot> = {}) =>
  brokenSoFar([parseThreshold(text)], { ...NOW, ...now }, TIMES);

describe("brokenSoFar", () => {
  test.each([
    ["p99<250ms", "ended after 10s: p99<250ms did not hold: 298 ms so far"],
    ["p99.9<250ms", "p99.9<250ms did not hold: 298 ms"],
    ["max<=250ms", "max<=250ms did not hold: 298 ms"],
    ["p90<15ms", "p90<15ms did not hold: 19.8 ms"],
    ["loss==0", "loss==0 did not hold: 1 %"],
    ["loss<0.1%", "did not hold"],
  ])("%s: %s", (text, sentence) => expect(broken(text)).toContain(sentence));

  test.each([
    "p99<300ms", // Within what a live figure may be wrong.
    "p90<200ms",
    "p40<1ms", // Nothing is known below the median.
    "mean<1ms",
    "p99_sent<1ms",
    "p99>1s", // A lower limit may still be reached.
    "received_rate>=5000",
    "loss<=1%",
    "p99<=1%", // Nothing to compare with while it runs.
  ])("%s may still hold", (text) => expect(broken(text)).toBeNull());

  test("one broken threshold among others is enough", () => {
    const thresholds = ["p40<1s", "loss==0"].map(parseThreshold);
    expect(brokenSoFar(thresholds, NOW, TIMES)).toContain("loss==0");
  });

  test("a first slow moment, few deliveries, or the wait for the last ones end nothing", () => {
    expect(broken("p99<250ms", { leftMs: 25_500 })).toBeNull();
    expect(broken("p99<250ms", { received: 999 })).toBeNull();
    expect(broken("p99<250ms", { phase: "settling" })).toBeNull();
    expect(broken("p99<250ms", { p99: null })).toBeNull();
  });
});
