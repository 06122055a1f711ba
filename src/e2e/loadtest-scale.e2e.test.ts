import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, run, start, startServer, until } from "./harness.ts";
import { statsOf } from "./server-stats.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-scale-"));
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Summary {
  sent: number;
  expected: number;
  received: number;
  loss: number;
  repeated: number;
  processes: number;
  latency: { from_sent: { count: number } | null };
  notes: string[];
}

function load(...args: string[]): string[] {
  const url = args.includes("--url") ? [] : ["--url", `ws://127.0.0.1:${server.port}`];
  return ["loadtest", ...url, "--ramp", "100ms", "--quiet", "--json", ...args];
}

/** Runs a load test and answers with its own summary and with what `report` makes of its file. */
async function measure(name: string, ...args: string[]): Promise<{ own: Summary; read: Summary }> {
  const out = join(folder, name);
  const ended = await run(load(...args, "--out", out));
  expect([ended.exitCode, ended.stderr]).toEqual([0, ""]);
  const report = await run(["report", out, "--format", "json"]);
  expect([report.exitCode, report.stderr]).toEqual([0, ""]);
  return { own: JSON.parse(ended.stdout).runs[0], read: JSON.parse(report.stdout).runs[0] };
}

describe("several processes", () => {
  test("in one room: one file, one report, every message at everyone in all of them", async () => {
    const load = ["--processes", "3", "--room-size", "30", "--interval", "200ms", "--duration", "1s"];
    const { own, read } = await measure("one-room.csv", ...load);
    expect(own).toMatchObject({
      sent: 150,
      expected: 4500,
      received: 4500,
      loss: 0,
      repeated: 0,
      processes: 3,
    });
    expect(read).toMatchObject({ sent: 150, expected: 4500, received: 4500, loss: 0, repeated: 0 });
    expect(read.latency).toEqual(own.latency);
  });

  test("with hot rooms that fill and empty, and clients that leave", async () => {
    const load = [
      "--processes",
      "2",
      "--rooms",
      "6",
      "--rooms-dist",
      "zipf:1.1",
      "--interval",
      "50ms..300ms",
    ];
    const stages = ["--stages", "500ms:40,1s:40,500ms:10", "--churn", "20%/s", "--size", "40..400"];
    const { own, read } = await measure("hot.csv", ...load, ...stages);
    expect(own).toMatchObject({ loss: 0, repeated: 0 });
    expect(own.sent).toBeGreaterThan(100);
    expect(read).toMatchObject({ sent: own.sent, expected: own.expected, received: own.received, loss: 0 });
    expect(read.notes.join()).toContain("Zipf");
    expect(read.latency).toEqual(own.latency);
  });

  test("one that dies ends the test in words, and no process stays behind", async () => {
    const loading = start(load("--processes", "2", "--room-size", "10", "--duration", "60s", "--no-csv"));
    const children = () => childrenOf(loading.pid);
    await until(() => children().length === 2, "two processes");
    const pids = children();
    process.kill(pids[0]!, "SIGKILL");
    expect(await loading.exited).toBe(1);
    expect(loading.stderr).toContain("A process that generates load ended by signal SIGKILL");
    await until(() => !existsSync(`/proc/${pids[1]}`), "the other one to end");
  });

  test("when whoever started them is killed, they end, too", async () => {
    const loading = start(load("--processes", "2", "--room-size", "10", "--duration", "60s", "--no-csv"));
    await until(() => childrenOf(loading.pid).length === 2, "two processes");
    const pids = childrenOf(loading.pid);
    process.kill(loading.pid, "SIGKILL");
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), "both to end");
  });

  test("Ctrl-C ends them in their own way, with what was measured", async () => {
    const out = join(folder, "stopped.csv");
    const loading = start(
      load("--processes", "2", "--room-size", "10", "--interval", "100ms", "--duration", "60s", "--out", out),
    );
    const before = (await statsOf(server)).messages_in;
    await until(async () => (await statsOf(server)).messages_in > before + 50, "messages on their way");
    for (const pid of [loading.pid, ...childrenOf(loading.pid)]) process.kill(pid, "SIGINT");
    expect(await loading.exited).toBe(0);
    const own: Summary = JSON.parse(loading.stdout).runs[0];
    expect(own).toMatchObject({ loss: 0, repeated: 0 });
    expect(own.notes).toContain("the run was interrupted before its time");
  });
});

test("--no-csv writes no file", async () => {
  const cwd = mkdtempSync(join(folder, "empty-"));
  const ended = await run(load("--duration", "300ms", "--interval", "100ms", "--no-csv"), { cwd });
  expect([ended.exitCode, readdirSync(cwd)]).toEqual([0, []]);
  expect(JSON.parse(ended.stdout).runs[0]).toMatchObject({ sent: 30, received: 300 });
});

test("--idle holds connections on several addresses", async () => {
  const everywhere = await startServer(["--host", "0.0.0.0"]);
  const idle = ["--idle", "--room-size", "60", "--targets", "127.0.0.1..127.0.0.3", "--duration", "500ms"];
  const ended = await run(load(...idle, "--no-csv", "--url", `ws://127.0.0.1:${everywhere.port}`));
  await everywhere.stop();
  expect([ended.exitCode, ended.stderr]).toEqual([0, ""]);
  expect(JSON.parse(ended.stdout).runs[0]).toMatchObject({ sent: 0, received: 0 });
});

test("--sample writes whole messages, one in so many, and says so", async () => {
  const out = join(folder, "sample.csv");
  const args = [
    "--sample",
    "1/5",
    "--room-size",
    "10",
    "--interval",
    "50ms",
    "--duration",
    "1s",
    "--out",
    out,
  ];
  const ended = await run(load(...args));
  expect(JSON.parse(ended.stdout).runs[0]).toMatchObject({ sent: 200, received: 2000, loss: 0 });
  const report = await run(["report", out, "--format", "json"]);
  const read: Summary = JSON.parse(report.stdout).runs[0];
  expect(read).toMatchObject({ sent: 40, expected: 400, received: 400, loss: 0 });
  expect(read.notes).toContain("one in 5 messages was written down, with all its deliveries");
});

describe("what cannot go together is refused", () => {
  test.each([
    ["a range of mean gaps", ["--arrivals", "poisson", "--interval", "1s..2s"], "poisson takes one interval"],
    ["a share without its unit", ["--churn", "5%"], "try 5%/s"],
    ["stages without anybody", ["--stages", "10s:0"], "clients"],
    ["a sample that is none", ["--sample", "10"], "try 1/10"],
    ["hosts backwards", ["--targets", "127.0.0.9..127.0.0.1"], "127.0.0.1..127.0.0.40"],
    ["a generator of nobody", ["--generator"], "--generator"],
  ])("%s", async (_what, args, words) => {
    const ended = await run(["loadtest", ...args]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(words);
    expect(ended.stderr.split("\n")).toHaveLength(2);
  });
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}
