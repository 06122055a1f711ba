import { describe, expect, test } from "bun:test";
import { FakeClock } from "../../lib/clock.ts";
import { OPTIONS } from "../fake-options.ts";
import { fakeSeries } from "../series/fake-series.ts";
import { sweep, timeLeft } from "./sweep.ts";

const combinations = [1, 2, 3].map((rooms) => ({ label: `rooms=${rooms}`, options: { rooms } }));
const PARTS = { base: { ...OPTIONS, ramp: 1000, duration: 9000 }, coolDownMs: 5000, clock: new FakeClock() };

describe("sweep", () => {
  test("runs each combination over the shared options, and says where it stands", async () => {
    const said: string[] = [];
    const { series } = fakeSeries(({ rooms }) => ({ problems: rooms === 2 ? ["a client was lost"] : [] }));
    await sweep(combinations, { ...PARTS, series, say: (line) => said.push(line) });
    expect(series.runs.map(({ options }) => [options.rooms, options.roomSize])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(said).toEqual([
      "run 1 of 3: rooms=1 (about 40s left)",
      "  p50 n/a  p99 n/a  loss 0 %",
      "run 2 of 3: rooms=2 (about 30s left)",
      "  p50 n/a  p99 n/a  loss 0 %",
      "  a client was lost",
      "run 3 of 3: rooms=3 (about 15s left)",
      "  p50 n/a  p99 n/a  loss 0 %",
    ]);
  });

  test("ends when nobody can connect, or when it is stopped", async () => {
    const away = fakeSeries(() => "nothing listens");
    await sweep(combinations, { ...PARTS, series: away.series, say: () => {} });
    expect(away.series.runs).toHaveLength(2);

    const stopped = fakeSeries(() => {
      stopped.stop();
      return {};
    });
    await sweep(combinations, { ...PARTS, series: stopped.series, say: () => {} });
    expect(stopped.series.runs).toHaveLength(1);
  });
});

test("the time left counts what the tests so far took beyond their plan", () => {
  const tests = [1, 2, 3, 4].map(() => PARTS.base);
  const left = (done: number, passedMs: number) => timeLeft(tests, { done, passedMs, coolDownMs: 5000 });
  expect(left(0, 0)).toBe(55_000);
  expect(left(1, 12_000)).toBe(3 * (10_000 + 5000 + 2000));
  expect(left(2, 29_000)).toBe(2 * (10_000 + 5000 + 2000));
  expect(left(3, 35_000)).toBe(15_000); // All faster than planned: they were ended early.
});
