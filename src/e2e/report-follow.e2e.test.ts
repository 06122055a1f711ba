import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start, startServer, until } from "./harness.ts";
import { CTRL_C, openTerminal } from "./terminal.ts";

let folder: string;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-follow-"));
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** A load test that goes on until it is stopped, as soon as its file holds rows. */
async function startTest(name: string) {
  const out = join(folder, name);
  const url = ["--url", `ws://127.0.0.1:${server.port}`];
  const load = ["--rooms", "20", "--room-size", "10", "--interval", "20ms", "--ramp", "50ms"];
  const test = start(["loadtest", ...url, ...load, "--duration", "10m", "--out", out, "--quiet"]);
  await until(() => existsSync(out) && statSync(out).size > 100_000, "rows in the file");
  return { out, test };
}

test("a load test is followed to its end, where the report is the only thing printed", async () => {
  const { out, test } = await startTest("to-its-end.csv");
  const following = start(["report", "--follow", out, "--every", "100ms", "--format", "json"]);
  await until(() => statSync(out).size > 600_000, "more rows");
  await test.stop();
  expect(await following.exited).toBe(0);
  expect(following.stderr).toBe("");
  const [run] = JSON.parse(following.stdout).runs;
  expect(run).toMatchObject({ rooms: 20, room_size: 10, clients: 200, loss: 0 });
  expect(run.notes).toContain("the run was interrupted before its time");
});

test("on a terminal the report is drawn again and again, and once more at Ctrl-C", async () => {
  const { out, test } = await startTest("on-a-terminal.csv");
  const terminal = openTerminal(["report", "--follow", out, "--every", "100ms"], { columns: 110, rows: 50 });
  try {
    await terminal.sees("on-a-terminal.csv is still being written");
    const drawn = terminal.raw.length;
    await until(() => terminal.raw.slice(drawn).includes("still being written"), "the next report");
    terminal.type(CTRL_C);
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen.text).toContain("the run was still going on");
    expect(terminal.screen.text).not.toContain("still being written");
    expect(terminal.screen.text.match(/Messages sent, and their deliveries/g)).toHaveLength(1);
  } finally {
    await terminal.kill();
    await test.stop();
  }
});
