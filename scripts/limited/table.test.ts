import { expect, test } from "bun:test";
import { type SweptRun, tableOf } from "./table.ts";

function swept(room_size: number, more: Partial<SweptRun> = {}): SweptRun {
  const percentiles = { 50: 0.4, 90: 20, 99: 2500 };
  return {
    ...{ rooms: 1, room_size, expected: 1000, received: 1000, repeated: 0 },
    latency: { from_scheduled: { mean_ms: 1.5, sd_ms: 0.25, percentiles } },
    setting: { started_at: "2026-01-01T00:00:10.000Z", duration_ms: 20_000 },
    notes: ["limit: none was reached; the generator kept up (…)"],
    ...more,
  };
}

const usage = () => ({ cpu: 0.2504, throttled: 0.318 });

test("each run stands beside what the original reported of it, with what the servers used meanwhile", () => {
  const asked: number[][] = [];
  const table = tableOf([swept(80), swept(85)], {
    original: { "1x80": "mean 2.5 s" },
    usage(...between) {
      asked.push(between);
      return usage();
    },
  });
  const rows = table.split("\n").slice(2);
  const figures = "0.400 ms | 20.0 ms | 2.50 s | 1.50 ms (0.250 ms) | 100 % | 25 % | 32 % | none |";
  expect(rows).toEqual([`| 1 x 80 | mean 2.5 s | ${figures}`, `| 1 x 85 | – | ${figures}`]);
  const start = Date.parse("2026-01-01T00:00:10Z");
  expect(asked[0]).toEqual([start, start + 20_000]);
});

test("repeats do not hide a loss, and nothing delivered has no latency", () => {
  const lossy = swept(10, { received: 900, repeated: 100 });
  const deaf = swept(10, { received: 0, latency: { from_scheduled: null } });
  const [first, second] = tableOf([lossy, deaf], { original: {}, usage }).split("\n").slice(2);
  expect(first).toContain("| 80 % |");
  expect(second).toContain("| n/a | n/a | n/a | n/a (n/a) | 0 % |");
});

test("what limited a run is its report's own word", () => {
  const notes = (limit: string) => ({ notes: ["something else", limit] });
  const runs = [
    swept(1, notes("limit: the server or the way to it (p99 3.00 s); the generator kept up (…)")),
    swept(1, notes("limit: the generator (…), so the server may do more than these figures show")),
  ];
  const ends = tableOf(runs, { original: {}, usage })
    .split("\n")
    .slice(2)
    .map((row) => row.split(" | ").at(-1));
  expect(ends).toEqual(["server |", "generator |"]);
});
