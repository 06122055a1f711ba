import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run, start, until } from "./harness.ts";
import { seriesTests } from "./series-tests.ts";

const { series: search } = seriesTests("--find-limit", ["--interval", "100ms", "--cool-down", "0s"]);

interface Limit {
  held: { rooms: number; room_size: number; interval_ms: number; runs: number } | null;
  broke: { room_size: number; runs: number; broken: number } | null;
  confidence: string;
  sentences: string[];
  probes: Array<{ label: string; result: string }>;
}

const limitOf = (json: string): Limit => (JSON.parse(json) as { limit: Limit }).limit;

describe("--find-limit", () => {
  test("finds a load that holds and one that does not, and says how sure that is", async () => {
    // As many a second as clients x 10, but for the ends of so short a run.
    const { args, out } = search("sent_rate<200/s", "--room-size", "4", "--resolution", "20%");
    const ended = await run(args);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toMatch(/│ #1 room-size=4 +│ held +│/);
    expect(ended.stdout).toMatch(/│ broke +│ sent_rate<200\/s did not hold: /);
    expect(ended.stdout).toMatch(
      /\nhighest load that held sent_rate<200\/s: 1 room x \d+ clients every 100ms .*: held in 3 of 3 runs; room-size=\d+ broke in \d of \d\n/,
    );
    expect(ended.stderr).toContain("probe 2: room-size=8 (80 messages/s in, 640 deliveries/s out)\n");

    const { held, broke, probes, sentences } = limitOf(readFileSync(join(out, "summary.json"), "utf8"));
    expect(held).toMatchObject({ rooms: 1, interval_ms: 100, runs: 3 });
    expect(held!.room_size).toBeGreaterThanOrEqual(8);
    expect(broke!.room_size).toBeGreaterThan(held!.room_size);
    const files = readdirSync(out).filter((file) => /^\d\d-room-size=\d+\.csv$/.test(file));
    expect(files).toHaveLength(probes.length);
    expect(readFileSync(join(out, "report.md"), "utf8")).toStartWith(sentences[0]!);
    expect((await run(["report", "--meta", join(out, "meta.csv")])).exitCode).toBe(0);
  }, 60_000);

  test("nothing holds: exit code 99", async () => {
    const { args } = search("p99<1us", "--room-size", "2", "--json", "--quiet");
    const ended = await run(args);
    expect(ended.exitCode).toBe(99);
    expect(ended.stderr).toBe("");
    expect(limitOf(ended.stdout)).toMatchObject({ held: null, confidence: "none" });
    expect(limitOf(ended.stdout).probes.map(({ label }) => label)).toEqual(["room-size=2", "room-size=1"]);
  });

  test("the interval is turned down, the rooms are turned up", async () => {
    const rooms = await run(
      search("sent_rate<250/s", "--rooms", "2", "--room-size", "5", "--resolution", "60%", "--json").args,
    );
    expect(limitOf(rooms.stdout).held).toMatchObject({ room_size: 5, interval_ms: 100 });
    const interval = await run(
      search("sent_rate<100/s", "--room-size", "2", "--vary", "interval", "--resolution", "60%", "--json")
        .args,
    );
    const { held } = limitOf(interval.stdout);
    expect(held).toMatchObject({ rooms: 1, room_size: 2 });
    expect(held!.interval_ms).toBeLessThan(100);
  }, 60_000);

  test("SIGINT: what was found so far is told, exit code 1", async () => {
    const { args, out } = search("p99<1m", "--cool-down", "1h");
    const searching = start(args);
    await until(() => searching.stderr.includes("probe 2"), "the pause");
    searching.signal("SIGINT");
    expect(await searching.exited).toBe(1);
    expect(searching.stdout).toContain("held in 1 of 1 run; nothing higher was tried");
    expect(limitOf(readFileSync(join(out, "summary.json"), "utf8")).confidence).toBe("fair");
  });
});

test("--vary without a search is one line and exit code 2", async () => {
  const ended = await run(["loadtest", "--vary", "rooms"]);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toBe(
    "scale-chat: --vary says what --find-limit turns up, and there is none; --sweep names its own axes\n",
  );
});

test.each([
  ["p99>1ms", [], "--find-limit: p99>1ms is a lower limit, which more load does not break"],
  ["p99", [], "p99 is not a threshold"],
  ["p99.9<1s", [], "it takes 10,000 messages to know it"],
  ["p99<1s", ["--sweep", "rooms=1"], "--sweep and --find-limit both choose the loads"],
  ["p99<1s", ["--vary", "size"], "Allowed: room-size, rooms, interval."],
  ["p99<1s", ["--url", "ws://h/chat", "--vary", "rooms"], "so all clients share one room; use --rooms 1"],
  ["p99<1s", ["--resolution", "0%"], "Not a resolution: try 5%, from 0.1% to 100%."],
])("--find-limit %s %p is one line and exit code 2", async (condition, more, sentence) => {
  const { args, out } = search(condition, ...more);
  const ended = await run(args);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(existsSync(out)).toBeFalse();
});
