import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, startServer } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-thresholds-"));
const out = join(folder, "run.csv");
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** 200 messages to 4 clients each in a second. */
function loadtest(...args: string[]) {
  const url = ["--url", `ws://127.0.0.1:${server.port}`];
  const load = ["--rooms", "5", "--room-size", "4", "--interval", "100ms", "--ramp", "50ms"];
  return run(["loadtest", ...url, ...load, "--duration", "1s", "--out", out, ...args]);
}

interface Json {
  runs: Array<{ thresholds: Array<{ threshold: string; held: boolean }>; notes: string[] }>;
}

describe("thresholds of a load test", () => {
  test("that hold are in its summary, and the exit code is 0", async () => {
    const held = ["loss==0", "connect_errors==0;disconnects==0;repeated==0", "received_rate>=100", "p99<1m"];
    const ended = await loadtest("--json", ...held.flatMap((text) => ["--threshold", text]));
    expect(ended.exitCode).toBe(0);
    const { thresholds } = (JSON.parse(ended.stdout) as Json).runs[0]!;
    expect(thresholds).toHaveLength(6);
    expect(thresholds.filter((one) => !one.held)).toEqual([]);
  });

  test("one that does not is named, and the exit code is 99; the file is whole", async () => {
    const ended = await loadtest("--threshold", "p99<1us", "--threshold", "p97.5>1us");
    expect(ended.exitCode).toBe(99);
    expect(ended.stdout).toMatch(/│ p99<1us +│ .* ms │ +failed │/);
    expect(ended.stdout).toMatch(/│ p97\.5>1us +│ .* ms │ +held │/);
    expect(ended.stderr).toMatch(/\nscale-chat: p99<1us did not hold: .* ms\n$/);

    const again = await run(["report", out, "--threshold", "p99<1us"]);
    expect(again.exitCode).toBe(99);
    expect(again.stderr).toStartWith("scale-chat: run.csv: p99<1us did not hold: ");
    expect((await run(["report", out], { env: { SCALE_CHAT_THRESHOLD: "loss==0;p99>1us" } })).exitCode).toBe(
      0,
    );
  });

  test("with --abort-on-fail the test ends long before its time", async () => {
    const ended = await loadtest("--duration", "10m", "--threshold", "p99<1us", "--abort-on-fail", "--json");
    expect(ended.exitCode).toBe(99);
    expect(ended.stderr).toMatch(/scale-chat: ended after \ds: p99<1us did not hold: .* ms so far/);
    const { notes } = (JSON.parse(ended.stdout) as Json).runs[0]!;
    expect(notes).toContain("the run was interrupted before its time");
  }, 60_000);
});

test("a report against a baseline: every figure beside the one before, thresholds relative to it", async () => {
  const before = join(folder, "before.csv");
  expect((await loadtest("--out", before, "--quiet")).exitCode).toBe(0);
  expect((await loadtest("--quiet")).exitCode).toBe(0);
  const compare = (threshold: string) => run(["report", out, "--baseline", before, "--threshold", threshold]);
  const held = await compare("received_rate>=1%");
  expect(held.exitCode).toBe(0);
  expect(held.stdout).toStartWith("run.csv against before.csv\n");
  expect(held.stdout).toMatch(/│ p99 +│.* ms │.* ms │.* % │ +(better|worse|same) │/);
  const failed = await compare("p99<=0.001%");
  expect(failed.exitCode).toBe(99);
  expect(failed.stderr).toStartWith("scale-chat: run.csv: p99<=0.001% did not hold: ");
}, 60_000);

describe("thresholds without sense are one line and exit code 2, before anything starts", () => {
  test.each([
    ["p99<0ms", "p99<0ms can never hold"],
    ["loss>=0", "loss>=0 always holds"],
    ["p101<1s", "p101 is not a percentile"],
    ["speed>1", "speed is not a metric; allowed: a percentile"],
    ["p99.9<1s", "it takes 10,000 messages"],
    ["received_rate>=100000", "can never hold: this load is at most"],
    ["p99<=110%", "is a share of a baseline, and there is none"],
    ["p99", "is not a threshold; try p99<250ms"],
  ])("%s", async (text, sentence) => {
    const never = join(folder, "never.csv");
    const ended = await loadtest("--threshold", text, "--out", never);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(never)).toBeFalse();
  });

  test("--abort-on-fail without a threshold", async () => {
    const ended = await loadtest("--abort-on-fail");
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toBe("scale-chat: --abort-on-fail needs a --threshold that can fail\n");
  });
});
