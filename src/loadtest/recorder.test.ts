import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError } from "../lib/errors.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../results/csv.ts";
import { END, META } from "../results/fake-run.ts";
import { decodeRunMeta } from "../results/run-meta.ts";
import { Recorder } from "./recorder.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-recorder-"));
afterAll(() => rmSync(folder, { recursive: true }));

function startRecorder(path: string): Recorder {
  const recorder = new Recorder(path);
  recorder.begin(META);
  return recorder;
}

test("writes the description, the header, the rows, and at last how it ended", () => {
  const path = join(folder, "deep", "er", "run.csv");
  const recorder = startRecorder(path);
  recorder.add(sentRow(1, "a.0.0", 1001, 1000));
  recorder.add(receivedRow(1, "a.0.0", "a.0.1", 1500));
  recorder.finish(END);
  const [first, ...rest] = readFileSync(path, "utf8").split("\n");
  expect(decodeRunMeta(first!)).toEqual({ ...META, end: END });
  expect(rest).toEqual([CSV_HEADER, "1,a.0.0,a.0.0,Sent,1001,1000", "1,a.0.0,a.0.1,Received,1500,", ""]);
  expect(recorder.failure).toBeNull();
});

test("what reaches the file before the end is whole lines, without an end", () => {
  const path = join(folder, "running.csv");
  const recorder = startRecorder(path);
  for (let i = 0; i < 20_000; i++) recorder.add(receivedRow(i, "a.0.0", "a.0.1", 1_763_683_200_000_000 + i));
  const text = readFileSync(path, "utf8");
  expect(text.length).toBeGreaterThan(256 * 1024);
  expect(text.endsWith(",\n")).toBe(true);
  expect(decodeRunMeta(text.slice(0, text.indexOf("\n")))).toEqual(META);
  recorder.finish(END);
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(20_000 + 3);
});

test("an older file is overwritten, not appended to", () => {
  const path = join(folder, "again.csv");
  for (let i = 0; i < 2; i++) {
    const recorder = startRecorder(path);
    recorder.add(sentRow(i, "a.0.0", 1, 1));
    recorder.finish(END);
  }
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
});

test("a run that never began leaves the place as it was", () => {
  const fresh = join(folder, "fresh.csv");
  new Recorder(fresh).discard();
  expect(existsSync(fresh)).toBe(false);
  const old = join(folder, "old.csv");
  writeFileSync(old, "precious");
  new Recorder(old).discard();
  expect(readFileSync(old, "utf8")).toBe("precious");
});

test("a place that cannot be written is refused in words", () => {
  expect(() => new Recorder(join("/proc", "nowhere", "run.csv"))).toThrow(OperationError);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is told at the end, and nothing throws before", () => {
  const recorder = startRecorder("/dev/full");
  for (let i = 0; i < 20_000; i++) recorder.add(sentRow(i, "a.0.0", 1_763_683_200_000_000, 1));
  recorder.finish(END);
  expect(recorder.failure).toContain("ENOSPC");
});
