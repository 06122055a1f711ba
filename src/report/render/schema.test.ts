import { expect, test } from "bun:test";
import { isObject } from "../../lib/json.ts";
import { DISTURBANCES } from "../../results/fake-run.ts";
import { parseThreshold } from "../../results/threshold.ts";
import { judged } from "../../results/threshold-judge.ts";
import { fakeRun, UNKNOWN_RUN } from "../charts/fake-runs.ts";
import { jsonText } from "./json.ts";
import { render } from "./render.ts";

const docs = await Bun.file(new URL("../../../docs/results.md", import.meta.url)).text();

/** A run of which everything is known. */
const WHOLE = {
  ...judged(fakeRun("a run", 2000), [parseThreshold("p99<1ms")]),
  disturbances: { ...DISTURBANCES, disconnects: 10 },
};

/** The first cells of the table under a heading of the documentation. */
function documented(heading: string): string[] {
  const [, section] = docs.split(`\n## \`${heading}\`\n`);
  const [body] = section!.split("\n## ");
  return [...body!.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
}

/** Every key of a JSON value as a path, in order; lists of plain values are leaves. */
function paths(value: unknown, path = ""): string[] {
  if (Array.isArray(value))
    return value.some(isObject) ? value.flatMap((one) => paths(one, `${path}[]`)) : [path];
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, path === "" ? key : `${path}.${key}`));
}

/** As the documentation writes what has the same keys in several places. */
function general(path: string): string {
  return path
    .replace(/\.from_(scheduled|sent)\b/, ".{from}")
    .replace(/\.percentiles\.[\d.]+$/, ".percentiles.{percent}");
}

test("json: the documentation names every key, and no other", () => {
  const rendered = new Set(paths(JSON.parse(render([WHOLE], "json"))).map(general));
  const leaves = documented("--format json").filter(
    (key, _, all) => !all.some((other) => other.startsWith(`${key}.`)),
  );
  expect([...rendered].sort()).toEqual(leaves.sort());
});

test("json: what is not known is null, and its key is there", () => {
  const { runs } = JSON.parse(render([WHOLE, UNKNOWN_RUN], "json"));
  expect(Object.keys(runs[1])).toEqual(Object.keys(runs[0]));
  expect(runs[1]).toMatchObject({
    timeline: null,
    generator: null,
    command: null,
    processes: null,
    host: null,
  });
  expect(Object.keys(runs[1].setting)).toEqual(Object.keys(runs[0].setting));
});

test("json: figures of time agree with the summary", () => {
  const [run] = JSON.parse(render([WHOLE], "json")).runs;
  const { bins } = run.latency.from_sent;
  expect(bins.count.reduce((sum: number, count: number) => sum + count, 0)).toBe(WHOLE.received);
  expect(bins.to_ms.at(-1)).toBeGreaterThanOrEqual(run.latency.from_sent.max_ms);
  expect(run.timeline.sent.reduce((sum: number, count: number) => sum + count, 0)).toBe(WHOLE.sent);
  expect(run.timeline.p99_ms[2]).toBe(WHOLE.timeline!.slots[2]!.p99Us! / 1000);
  expect(run.host).toEqual({ cores: 2, cpu: "a processor", memory_bytes: 1024, os: "linux" });
  expect(run.setting).toMatchObject({ size: 256, sample: 1, started_at: WHOLE.meta!.started_at });
});

test("json: a description of another kind does not change the types", () => {
  const meta = { version: 1, rooms: 1, room_size: 2, host: [1], command: 7, size: "big", processes: null };
  const [run] = JSON.parse(render([{ ...WHOLE, meta } as never], "json")).runs;
  expect(run).toMatchObject({
    host: null,
    command: null,
    processes: null,
    setting: { size: null, sample: 1 },
  });
});

test("json: lists of numbers stand on a line, and strings stay as they are", () => {
  const value = { a: [1, null, 2.5], b: [], c: ["[\n 1\n]", "x"], d: [[1, 2], [3]] };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('"a": [1, null, 2.5]');
});

test("csv: the documentation names every column, in order", () => {
  const columns = render([WHOLE], "csv").split("\n")[0]!.split(",");
  const named = documented("--format csv").flatMap((column) =>
    column === "p{percent}_ms" ? columns.filter((name) => /^p[\d.]+_ms$/.test(name)) : [column],
  );
  expect(columns).toEqual(named);
});
