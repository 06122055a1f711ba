import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../lib/test-until.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../../results/csv.ts";
import { END, META, START_US } from "../../results/fake-run.ts";
import { encodeRunMeta, type RunMeta } from "../../results/run-meta.ts";
import { FakeIo } from "../fake-io.ts";
import { report } from "../report.ts";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-follow-"));
});
beforeEach(() => {
  path = join(folder, `${crypto.randomUUID()}.csv`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const begin = (meta: RunMeta = META) => `${encodeRunMeta(meta)}${CSV_HEADER}\n`;
const message = (id: number) =>
  sentRow(id, "a", START_US + id, START_US) +
  receivedRow(id, "a", "a", START_US + id + 5) +
  receivedRow(id, "a", "b", START_US + id + 9);

/** Follows the file; what was drawn last, and how it ends. */
function follow(every = 1) {
  const io = new FakeIo();
  const drawn: string[] = [];
  const { promise: stop, resolve: end } = Promise.withResolvers<void>();
  const exited = report(
    {
      files: [path],
      format: "json",
      percentiles: [50],
      watch: { every, stop, draw: (text) => drawn.push(text) },
    },
    io,
  );
  return {
    end,
    drawn,
    seen: (words: string) => until(() => drawn.at(-1)?.includes(words), words),
    finish: async () => ({ exitCode: await exited, ...io.written }),
  };
}

const runsOf = (stdout: string) => JSON.parse(stdout).runs;

describe("a file that grows", () => {
  test("is shown as it is, and reported once when its first line says how the run ended", async () => {
    writeFileSync(path, begin() + message(1));
    const following = follow();
    await following.seen("│    1 │        2 │        2 │");
    // Cut in the middle of a row, as a writer may be seen.
    appendFileSync(path, message(2).slice(0, -10));
    await following.seen("│    2 │        3 │        3 │");
    appendFileSync(path, message(2).slice(-10));
    await following.seen("│    2 │        4 │        4 │");
    const rows = readFileSync(path, "utf8").slice(begin().length);
    writeFileSync(path, begin({ ...META, end: { ...END, sent: 2, expected: 4, received: 4 } }) + rows);
    const { exitCode, stdout, stderr } = await following.finish();
    expect({ exitCode, stderr, last: following.drawn.at(-1) }).toEqual({ exitCode: 0, stderr: "", last: "" });
    expect(runsOf(stdout)).toMatchObject([{ sent: 2, expected: 4, received: 4, loss: 0, notes: [] }]);
  });

  test("may be left before its end: the report says so", async () => {
    writeFileSync(path, begin() + message(1) + message(2).slice(0, -10));
    const following = follow();
    await following.seen("the run was still going on");
    following.end();
    const { exitCode, stdout, stderr } = await following.finish();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const open = "1 delivery of the last 3 s may have come after the file ends: not expected, not lost";
    const notes = ["the run was still going on", open];
    expect(runsOf(stdout)).toMatchObject([{ sent: 2, received: 3, loss: 0, notes }]);
  });

  test("does not let who wants to leave wait", async () => {
    writeFileSync(path, begin() + message(1));
    const following = follow(3_600_000);
    await following.seen("still being written");
    following.end();
    expect((await following.finish()).exitCode).toBe(0);
  });

  test("may be replaced by the file of the next run", async () => {
    writeFileSync(path, begin() + message(1) + message(2));
    const following = follow();
    await following.seen("│    2 │");
    const next = {
      ...META,
      started_at: "2026-01-01T00:00:00.000Z",
      end: { ...END, sent: 3, expected: 6, received: 6 },
    };
    writeFileSync(path, begin(next) + message(1) + message(2) + message(3));
    expect(runsOf((await following.finish()).stdout)).toMatchObject([{ sent: 3, received: 6, notes: [] }]);
  });

  test("may be empty at first, and of the older form", async () => {
    writeFileSync(path, "");
    const following = follow();
    appendFileSync(path, message(1).replaceAll(/,\d*\n/g, "\n"));
    await following.seen("│    1 │");
    following.end();
    expect(runsOf((await following.finish()).stdout)).toMatchObject([{ sent: 1, received: 2 }]);
  });
});

describe("what cannot be followed", () => {
  const watch = { every: 1, stop: new Promise(() => {}), draw: null };
  const options = { format: "json", percentiles: [50], watch } as const;

  test.each([[["-"]], [["a.csv", "b.csv"]]])("%p", async (files) => {
    await expect(report({ ...options, files }, new FakeIo())).rejects.toThrow(
      "--follow reads one file, by its name",
    );
  });

  test("a file that is not there, a line that is none, nothing at all", async () => {
    const gone = new FakeIo();
    expect(await report({ ...options, files: [path] }, gone)).toBe(1);
    expect(gone.written.stderr).toContain("there is no such file");

    writeFileSync(path, `${begin()}${message(1)}what is this\n`);
    const bad = new FakeIo();
    expect(await report({ ...options, files: [path] }, bad)).toBe(1);
    expect(bad.written.stderr).toContain(".csv:6: 1 column instead of 6");

    writeFileSync(path, "");
    const following = follow();
    following.end();
    expect(await following.finish()).toMatchObject({ exitCode: 1, stdout: "" });
  });
});
