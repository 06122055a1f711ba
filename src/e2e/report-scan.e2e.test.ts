import { afterAll, beforeAll, expect, test } from "bun:test";
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { CSV_HEADER, receivedRow, sentRow } from "../results/csv.ts";
import { META, START_US } from "../results/fake-run.ts";
import { encodeRunMeta } from "../results/run-meta.ts";
import { PROGRAM, run, start, until } from "./harness.ts";

/** Large enough for two processes. */
const LEAST_BYTES = 80 * 1024 * 1024;

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-scan-"));
  path = join(folder, "large.csv");
  const file = createWriteStream(path);
  file.write(`${encodeRunMeta(META)}${CSV_HEADER}\n`);
  let bytes = 0;
  for (let id = 1; bytes < LEAST_BYTES; ) {
    let rows = "";
    for (const last = id + 2000; id < last; id++) {
      const at = START_US + id * 50;
      rows += sentRow(id, "6f1c2a7e-0d4b-4c55-9a53-d0c1b2a39485", at, at - (id % 40));
      for (const latency of [id % 997, (id * 31) % 50_021]) {
        rows += receivedRow(
          id,
          "6f1c2a7e-0d4b-4c55-9a53-d0c1b2a39485",
          `client-${latency % 16}`,
          at + latency,
        );
      }
    }
    bytes += rows.length;
    file.write(rows);
  }
  await new Promise<void>((resolve) => file.end(() => resolve()));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a large file gives the same report as a pipe, which is read row by row", async () => {
  const report = async (args: string[], stdin?: Bun.BunFile) => {
    const child = Bun.spawn([PROGRAM, "report", ...args, "--format", "json"], { stdin: stdin ?? "ignore" });
    const { runs } = JSON.parse(await child.stdout.text());
    return { ...runs[0], label: "" };
  };
  expect(await report([path])).toEqual(await report(["-"], Bun.file(path)));
});

test.skipIf(availableParallelism() < 2)("killed, it leaves no process behind", async () => {
  const report = start(["report", path]);
  const helper = await until(() => childrenOf(report.pid)[0], "a process that helps");
  await report.kill();
  await until(() => !isRunning(helper), "its end");
});

test("the process that helps is for nobody else", async () => {
  const { exitCode, stderr } = await run(["report", "--scanner"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: "scale-chat: --scanner is for processes that a report starts\n",
  });
});

function childrenOf(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).flatMap((thread) =>
    readFileSync(`${folder}/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

/** A zombie that nobody has reaped is not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a report that cannot be written is told", async () => {
  const full = Bun.file("/dev/full");
  const child = Bun.spawn([PROGRAM, "report", path], { stdin: "ignore", stdout: full, stderr: "pipe" });
  const stderr = await child.stderr.text();
  expect(stderr).toContain("scale-chat: Cannot write to the standard output: ENOSPC");
  expect(await child.exited).toBe(1);
});
