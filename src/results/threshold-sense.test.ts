import { expect, test } from "bun:test";
import { UsageError } from "../lib/errors.ts";
import { parseThreshold } from "./threshold.ts";
import { checkAgainstLoad, type PlannedLoad } from "./threshold-sense.ts";

/** 100 clients in rooms of 10, each once a second for 11 s: at most 110/s, because the span may be 10 s. */
const LOAD: PlannedLoad = { messages: 1100, members: 10, sendingMs: 11_000, intervalMs: 1000 };
const check = (text: string, load = LOAD) => checkAgainstLoad([parseThreshold(text)], load);

test.each([
  ["p99.9<1s", "it takes 10,000 messages to know it, and this load has 1,100"],
  ["sent_rate>=111", "at most 110/s"],
  ["sent_rate>110", "can never hold"],
  ["sent_rate==200", "can never hold"],
  ["received_rate>=1101", "at most 1,100/s"],
])("%s can never hold", (text, sentence) => {
  expect(() => check(text)).toThrow(UsageError);
  expect(() => check(text)).toThrow(sentence);
});

test.each(["p99<1s", "p100<1s", "sent_rate>=110", "sent_rate<1000", "received_rate==1000", "loss==0"])(
  "%s may hold",
  (text) => expect(() => check(text)).not.toThrow(),
);

test("a share of a baseline needs one", () => {
  expect(() => check("p99<=110%")).toThrow("p99<=110% is a share of a baseline, and there is none");
});

test("a test of a single interval has no upper bound of its rate", () => {
  expect(() => check("sent_rate>=5000", { ...LOAD, sendingMs: 1000 })).not.toThrow();
});
