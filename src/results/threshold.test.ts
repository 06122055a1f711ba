import { describe, expect, test } from "bun:test";
import { UsageError } from "../lib/errors.ts";
import { parseThreshold } from "./threshold.ts";

describe("what is read", () => {
  test.each([
    ["p99<250ms", "p99", "<", 250_000],
    ["p99.9 <= 2s", "p99.9", "<=", 2_000_000],
    ["p100<1m", "p100", "<", 60_000_000],
    ["p50_sent<800us", "p50_sent", "<", 800],
    ["mean_sent < 1.5ms", "mean_sent", "<", 1500],
    ["loss==0", "loss", "==", 0],
    ["loss<0.1%", "loss", "<", 0.001],
    ["loss<=0.25", "loss", "<=", 0.25],
    ["received_rate>=1000/s", "received_rate", ">=", 1000],
    ["sent_rate>0.5", "sent_rate", ">", 0.5],
    ["connect_errors==0", "connect_errors", "==", 0],
    ["send_lag<20ms", "send_lag", "<", 20_000],
  ] as const)("%p", (text, name, operator, limit) => {
    const threshold = parseThreshold(text);
    expect(threshold).toMatchObject({ metric: { name }, operator, ofBaseline: false });
    expect(threshold.limit).toBeCloseTo(limit, 9);
    expect(threshold.text).toBe(text.replaceAll(" ", ""));
  });

  test("a percentage is one of the baseline, except where the figure is a share itself", () => {
    expect(parseThreshold("p99<=110%")).toMatchObject({ limit: 1.1, ofBaseline: true });
    expect(parseThreshold("received_rate>=95%")).toMatchObject({ limit: 0.95, ofBaseline: true });
    expect(parseThreshold("loss<=1%")).toMatchObject({ limit: 0.01, ofBaseline: false });
  });
});

describe("what is refused", () => {
  test.each([
    ["", "an empty text is not a threshold; try p99<250ms"],
    ["p99", "is not a threshold"],
    ["<250ms", "is not a threshold"],
    ["latency<5ms", "latency is not a metric; allowed: a percentile such as p99"],
    ["constructor<5ms", "is not a metric"],
    ["loss_sent==0", "is not a metric"],
    ["p0<5ms", "p0 is not a percentile"],
    ["p100.1<5ms", "p100.1 is not a percentile"],
    ["p99=<5ms", "=< is not a comparison; allowed: <= >= == < >"],
    ["p99!=5ms", "!= is not a comparison"],
    ["p99<250", "p99 is held to a time: 800us, 250ms or 2s"],
    ["p99<", "not to nothing"],
    ["p99<-5ms", "not to -5ms"],
    ["loss<101%", "a share from 0 to 100 %"],
    ["loss<5ms", "a share from 0 to 100 %"],
    ["connect_errors<0.5", "a whole number"],
    ["received_rate>=1000ms", "a rate per second"],
    ["p99<0ms", "p99<0ms can never hold: p99 is never below 0"],
    ["loss<0", "can never hold"],
    ["loss>100%", "can never hold: loss is never above 100 %"],
    ["loss>=0", "loss>=0 always holds"],
    ["loss<=1", "always holds: loss is never above 100 %"],
    ["disconnects>=0", "always holds"],
    ["p99<0%", "can never hold"],
  ])("%p: %s", (text, sentence) => {
    expect(() => parseThreshold(text)).toThrow(UsageError);
    expect(() => parseThreshold(text)).toThrow(sentence);
  });
});
