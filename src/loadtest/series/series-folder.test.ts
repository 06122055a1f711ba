import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError, UsageError } from "../../lib/errors.ts";
import { OPTIONS } from "../fake-options.ts";
import { SeriesFolder } from "./series-folder.ts";

const root = mkdtempSync(join(tmpdir(), "scale-chat-series-"));
afterAll(() => rmSync(root, { recursive: true }));

test("numbers its files, and keeps account of what was recorded", () => {
  const path = join(root, "a/b");
  const folder = new SeriesFolder(path);
  expect(folder.place("rooms=1 room-size=10")).toEqual({
    file: "01-rooms=1-room-size=10.csv",
    path: join(path, "01-rooms=1-room-size=10.csv"),
  });
  const { file } = folder.place("rooms=3 room-size=4");
  folder.keep({ label: "", file, options: OPTIONS, summary: null, problems: [] });
  folder.write("report.md", "words");
  expect(readFileSync(join(path, "meta.csv"), "utf8")).toBe(
    "rooms,room_size,file\n3,4,02-rooms=3-room-size=4.csv\n",
  );
  expect(readFileSync(join(path, "report.md"), "utf8")).toBe("words");
});

test("an empty directory will do, one that is not is left as it is", () => {
  new SeriesFolder(mkdtempSync(join(root, "empty-")));
  expect(() => new SeriesFolder(join(root, "a"))).toThrow(UsageError);
  expect(() => new SeriesFolder(join(root, "a"))).toThrow("not empty; name a new one");
});

test("a place that cannot be written to", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => new SeriesFolder(join(root, "file"))).toThrow(OperationError);
  expect(() => new SeriesFolder(join(root, "file/x"))).toThrow("Cannot write");
});
