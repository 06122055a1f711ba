import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError } from "../../lib/errors.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../../results/csv.ts";
import { END, META } from "../../results/fake-run.ts";
import { decodeRunMeta } from "../../results/run-meta.ts";
import { ResultsFile } from "./results-file.ts";
import { RowWriter } from "./row-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-recorder-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file that has begun, and two that write to it, as two processes do. */
function begin(path: string) {
  const file = new ResultsFile(path);
  file.begin(META);
  return { file, rows: new RowWriter(path), others: new RowWriter(path) };
}

test("writes the description, the header, the rows, and at last how it ended", () => {
  const path = join(folder, "deep", "er", "run.csv");
  const { file, rows } = begin(path);
  rows.add(sentRow(1, "a.0.0", 1001, 1000));
  rows.add(receivedRow(1, "a.0.0", "a.0.1", 1500));
  rows.close();
  file.finish(END);
  file.close();
  const [first, ...rest] = readFileSync(path, "utf8").split("\n");
  expect(decodeRunMeta(first!)).toEqual({ ...META, end: END });
  expect(rest).toEqual([CSV_HEADER, "1,a.0.0,a.0.0,Sent,1001,1000", "1,a.0.0,a.0.1,Received,1500,", ""]);
  expect([file.failure, rows.failure]).toEqual([null, null]);
});

test("what reaches the file before the end is whole lines, without an end, of all who write", () => {
  const path = join(folder, "running.csv");
  const { file, rows, others } = begin(path);
  for (let i = 0; i < 20_000; i++) {
    rows.add(receivedRow(i, "a.0.0", "a.0.1", 1_763_683_200_000_000 + i));
    others.add(receivedRow(i, "a.0.0", "a.0.2", 1_763_683_200_000_000 + i));
  }
  const text = readFileSync(path, "utf8");
  expect(text.length).toBeGreaterThan(512 * 1024);
  expect(text.endsWith(",\n")).toBe(true);
  expect(decodeRunMeta(text.slice(0, text.indexOf("\n")))).toEqual(META);
  rows.close();
  others.close();
  file.finish(END);
  file.close();
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines).toHaveLength(40_000 + 3);
  expect(new Set(lines.slice(2)).size).toBe(40_000 + 1);
  for (const line of lines.slice(2, -1)) expect(line).toMatch(/^\d+,a\.0\.0,a\.0\.[12],Received,\d{16},$/);
});

test("an older file is overwritten, not appended to", () => {
  const path = join(folder, "again.csv");
  for (let i = 0; i < 2; i++) {
    const { file, rows } = begin(path);
    rows.add(sentRow(i, "a.0.0", 1, 1));
    rows.close();
    file.finish(END);
    file.close();
  }
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
});

test("a run that never began leaves the place as it was", () => {
  const fresh = join(folder, "fresh.csv");
  new ResultsFile(fresh).close();
  expect(existsSync(fresh)).toBe(false);
  const old = join(folder, "old.csv");
  writeFileSync(old, "precious");
  new ResultsFile(old).close();
  expect(readFileSync(old, "utf8")).toBe("precious");
});

test("a place that cannot be written is refused in words", () => {
  expect(() => new ResultsFile(join("/proc", "nowhere", "run.csv"))).toThrow(OperationError);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is told at the end, and nothing throws before", () => {
  const { file, rows } = begin("/dev/full");
  for (let i = 0; i < 20_000; i++) rows.add(sentRow(i, "a.0.0", 1_763_683_200_000_000, 1));
  rows.close();
  file.finish(END);
  file.close();
  expect(rows.failure).toContain("ENOSPC");
  expect(file.failure).toContain("ENOSPC");
});
