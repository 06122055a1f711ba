import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError, UsageError } from "../lib/errors.ts";
import { fakeRun } from "./charts/fake-runs.ts";
import { preparePictures } from "./pictures.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-pictures-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => join(folder, ...parts);
const RUNS = [fakeRun("a run", 2000)];

test("the page and the charts, in folders that are made for them; what was there is replaced", async () => {
  const html = at("new", "report.html");
  const svg = at("new", "charts");
  mkdirSync(at("new"));
  writeFileSync(html, "x".repeat(10_000_000));
  const write = preparePictures({ html, svg, limit: 2 }, [at("results.csv")]);
  await write(RUNS);
  const page = readFileSync(html, "utf8");
  expect(page).toStartWith("<!doctype html>\n");
  expect(page).toEndWith("</html>\n");
  expect(page).toContain("The limit is 2ms.");
  expect(readdirSync(svg)).toContain("percentile-grid-limit.svg");
});

test("nothing is written where nothing was asked for", async () => {
  await preparePictures({}, ["results.csv"])(RUNS);
});

describe("refused before any work", () => {
  test.each([
    ["a folder as the page", () => ({ html: folder }), "it is a directory; allowed: a file"],
    ["a page within a file", () => ({ html: at("file", "report.html") }), "a part of its path is a file"],
    ["charts in the place of a file", () => ({ svg: at("file") }), "file is a file; allowed: a folder"],
    ["charts within a file", () => ({ svg: at("file", "charts") }), "a part of its path is a file"],
    ["a page that the system does not make", () => ({ html: "/proc/x.html" }), "Cannot write /proc/x.html"],
    ["a place that the system keeps", () => ({ html: "/proc/none/report.html" }), "Cannot write /proc/none"],
  ])("%s", (_, options, words) => {
    writeFileSync(at("file"), "");
    expect(() => preparePictures(options(), [])).toThrow(OperationError);
    expect(() => preparePictures(options(), [])).toThrow(words);
  });

  test("the page in the place of the results", () => {
    expect(() => preparePictures({ html: "./results.csv" }, ["results.csv"])).toThrow(UsageError);
  });

  test("a limit without charts that show it", () => {
    expect(() => preparePictures({ limit: 2000 }, [])).toThrow("ask for them with --html FILE or --svg DIR");
  });
});
