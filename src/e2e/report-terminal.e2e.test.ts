import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, startServer } from "./harness.ts";
import { openTerminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-report-terminal-"));
const results = join(folder, "results.csv");
const TITLES = [
  "Latency from scheduled: how many deliveries took how long",
  "p99 over time, from 0 to the worst",
];

beforeAll(async () => {
  const server = await startServer();
  const load = [
    "--room-size",
    "4",
    "--interval",
    "50ms",
    "--duration",
    "1s",
    "--ramp",
    "50ms",
    "--out",
    results,
  ];
  const ended = await run(["loadtest", "--url", `ws://127.0.0.1:${server.port}`, ...load]).finally(() =>
    server.stop(),
  );
  expect(ended.exitCode).toBe(0);
  // The test itself wrote into a pipe.
  for (const title of TITLES) expect(ended.stdout).not.toContain(title);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a terminal sees what tables do not show", async () => {
  const terminal = openTerminal(["report", results], { columns: 100, rows: 60, env: { LANG: "C.UTF-8" } });
  expect(await terminal.exited).toBe(0);
  for (const title of TITLES) await terminal.sees(title);
  expect(terminal.raw).toContain("█");
  expect(terminal.raw).not.toContain("\u001b[3");
});

test("one that shows ASCII only gets no blocks", async () => {
  const terminal = openTerminal(["report", results], { columns: 100, rows: 60, env: { LANG: "C" } });
  expect(await terminal.exited).toBe(0);
  for (const title of TITLES) await terminal.sees(title);
  expect(terminal.raw).toContain("##");
  expect(terminal.raw).not.toContain("█");
});

test("a pipe does not, and neither does another format", async () => {
  const piped = await run(["report", results]);
  for (const title of TITLES) expect(piped.stdout).not.toContain(title);
  const terminal = openTerminal(["report", results, "--format", "csv"], { columns: 100, rows: 60 });
  expect(await terminal.exited).toBe(0);
  await terminal.sees("run,rooms");
  expect(terminal.raw).not.toContain(TITLES[1]!);
});
