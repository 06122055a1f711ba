import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../lib/errors.ts";
import { seededRandom } from "../lib/random.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../results/csv.ts";
import { END, META as ONE_ROOM, START_US } from "../results/fake-run.ts";
import { encodeRunMeta } from "../results/run-meta.ts";
import { parseThreshold } from "../results/threshold.ts";
import { FakeIo } from "./fake-io.ts";
import { type ReportOptions, report } from "./report.ts";

const META = { ...ONE_ROOM, rooms: 2 };
const OLD = `1,a,a,Sent,${START_US}\n1,a,a,Received,${START_US + 1000}\n1,a,b,Received,${START_US + 2000}\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-report-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const thresholds = (...texts: string[]) => ({ threshold: texts.map(parseThreshold) });

async function run(options: Partial<ReportOptions>, stdin = "") {
  const io = new FakeIo(stdin);
  const exitCode = await report({ files: [], format: "json", percentiles: [50, 99.9], ...options }, io);
  const { stdout, stderr } = io.written;
  const runs = stdout.startsWith("{") ? JSON.parse(stdout).runs : [];
  return { exitCode, stdout, stderr: stderr.replaceAll(folder, ""), runs };
}

describe("the JSON report", () => {
  test("has every key, and null for what is not known", async () => {
    const { exitCode, stdout, stderr } = await run({ files: [file("old.csv", OLD)] });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      runs: [
        {
          label: "old.csv",
          rooms: 1,
          room_size: 2,
          clients: 2,
          sent: 1,
          expected: 2,
          received: 2,
          loss: 0,
          repeated: 0,
          unmatched: 0,
          span_ms: 2,
          latency: {
            from_scheduled: null,
            from_sent: {
              count: 2,
              mean_ms: 1.5,
              sd_ms: 0.5,
              min_ms: 1,
              max_ms: 2,
              percentiles: { "50": 1, "99.9": null },
              bins: { to_ms: [1, 2], count: [1, 1] },
            },
          },
          timeline: {
            slot_s: 1,
            length_s: [0.5],
            sent: [1],
            received: [2],
            p50_ms: [1.003],
            p99_ms: [2.007],
          },
          disturbances: null,
          thresholds: [],
          generator: null,
          setting: {
            ...{ started_at: null, duration_ms: null, warmup_ms: null, interval_ms: null },
            ...{ size: null, dialect: null, url: null, seed: null, sample: null },
          },
          ...{ command: null, processes: null, host: null },
          notes: ["room size inferred from the deliveries: 2; say it with --room-size"],
        },
      ],
    });
  });

  test("agrees with a sorted list to the microsecond, over a file of many chunks", async () => {
    const random = seededRandom(5);
    const rows: string[] = [];
    const fromSent: number[] = [];
    const fromScheduled: number[] = [];
    for (let id = 1; id <= 10_000; id++) {
      const scheduled = START_US + id * 100;
      const sent = scheduled + Math.floor(random() * 3000);
      const sender = `client-${id % 4}`;
      rows.push(sentRow(id, sender, sent, scheduled));
      for (const client of [sender, `client-${(id + 2) % 4}`]) {
        const received = sent + Math.floor(random() ** 5 * 4_000_000);
        fromSent.push(received - sent);
        fromScheduled.push(received - scheduled);
        // Every fourth delivery stands before its message, as two recorders may write them.
        rows.splice(
          received % 4 === 0 ? rows.length - 1 : rows.length,
          0,
          receivedRow(id, sender, client, received),
        );
      }
    }
    const text = `${encodeRunMeta(META)}${CSV_HEADER}\n${rows.join("")}`;
    const percentiles = [10, 50, 90, 95, 99, 99.9];
    const { runs } = await run({ files: [file("large.csv", text)], percentiles });
    const wanted = (values: number[]) => {
      const sorted = values.toSorted((a, b) => a - b);
      const rank = (percent: number) => Math.ceil(Math.round(percent * 10 * sorted.length) / 1000) - 1;
      return Object.fromEntries(percentiles.map((percent) => [percent, sorted[rank(percent)]! / 1000]));
    };
    expect(runs[0].latency.from_sent.percentiles).toEqual(wanted(fromSent));
    expect(runs[0].latency.from_scheduled.percentiles).toEqual(wanted(fromScheduled));
    expect(runs[0]).toMatchObject({ rooms: 2, clients: 4, sent: 10_000, expected: 20_000, received: 20_000 });
  });
});

describe("--warmup", () => {
  const second = 1_000_000;
  const rows = [0, 1, 2].map(
    (i) =>
      sentRow(i, "a", START_US + i * second, START_US + i * second) +
      receivedRow(i, "a", "a", START_US + i * second + 5),
  );

  test("leaves out what the older form sent in that time after its earliest message, wherever that stands", async () => {
    const old = rows
      .toReversed()
      .join("")
      .replaceAll(/,\d*\n/g, "\n");
    for (const files of [[file("warm.csv", old)], ["-"]]) {
      const { runs } = await run({ files, warmup: 2000, roomSize: 1 }, old);
      expect(runs).toMatchObject([
        {
          ...{ sent: 1, received: 1, expected: 1, unmatched: 0, span_ms: 0.005 },
          notes: ["the messages sent in the first 2s (warm-up) are left out"],
        },
      ]);
    }
  });

  test("replaces what the file says of its own, and then the generator's account is another's", async () => {
    const end = { ...END, sent: 2, expected: 2, received: 2 };
    const meta = { ...META, rooms: 1, room_size: 1, warmup_ms: 1000, end };
    const path = file("own-warm-up.csv", `${encodeRunMeta(meta)}${CSV_HEADER}\n${rows.join("")}`);
    const counts = async (warmup?: number) => (await run({ files: [path], warmup })).runs;
    const note = "the messages planned in the first 1s (warm-up) are left out";
    expect(await counts()).toMatchObject([{ sent: 2, expected: 2, notes: [note] }]);
    expect(await counts(1000)).toMatchObject([{ sent: 2, expected: 2, notes: [note] }]);
    expect(await counts(2000)).toMatchObject([{ sent: 1, expected: 1, notes: [note.replace("1s", "2s")] }]);
    expect(await counts(0)).toMatchObject([{ sent: 3, expected: 3, notes: [] }]);
  });
});

test("a sample of the messages is not taken for a cut file", async () => {
  const meta = {
    ...META,
    rooms: 1,
    room_size: 1,
    sample: 10,
    end: { ...END, sent: 10, expected: 10, received: 10 },
  };
  const rows = sentRow(1, "a", START_US, START_US) + receivedRow(1, "a", "a", START_US + 5);
  const { runs, exitCode } = await run({
    files: [file("sample.csv", `${encodeRunMeta(meta)}${CSV_HEADER}\n${rows}`)],
  });
  expect(exitCode).toBe(0);
  expect(runs).toMatchObject([{ sent: 1, expected: 1, received: 1, loss: 0 }]);
});

describe("inputs", () => {
  test("the standard input", async () => {
    const { runs } = await run({ files: ["-"], roomSize: 4 }, OLD);
    expect(runs).toMatchObject([
      { label: "standard input", room_size: 4, expected: 4, loss: 0.5, notes: [] },
    ]);
  });

  test("a cut last line is named, and the run is reported", async () => {
    const { exitCode, runs, stderr } = await run({ files: ["-"], roomSize: 2 }, `${OLD}2,a,a,Se`);
    expect(exitCode).toBe(1);
    expect(stderr).toBe("scale-chat: standard input:4: the last line was cut short and is left out\n");
    expect(runs).toMatchObject([
      { sent: 1, received: 2, notes: ["the last line was cut short and is left out"] },
    ]);
  });

  test("a run whose file does not say how it ended is named, and the run is reported", async () => {
    const text = `${encodeRunMeta(META)}${CSV_HEADER}\n${sentRow(1, "a", START_US, START_US)}`;
    const { exitCode, runs, stderr } = await run({
      files: [file("killed.csv", text)],
      ...thresholds("loss==0"),
    });
    expect({ exitCode, loss: runs[0].loss }).toEqual({ exitCode: 99, loss: null });
    expect(stderr).toContain("scale-chat: /killed.csv:3: the run did not finish: the file was cut short\n");
    expect((await run({ files: [join(folder, "killed.csv")] })).exitCode).toBe(1);
  });

  test("rows that went missing after the run and a last line that was cut are both named", async () => {
    const end = { ...END, sent: 2, expected: 4, received: 4 };
    const row = sentRow(1, "a", START_US, START_US);
    const text = `${encodeRunMeta({ ...META, end })}${CSV_HEADER}\n${row}1,a,b,Rec`;
    const { stderr } = await run({ files: [file("both.csv", text)] });
    expect(stderr).toBe(
      "scale-chat: /both.csv:4: the last line was cut short and is left out; " +
        "the file was cut after the run: it holds 1 of 2 messages and 0 of 4 deliveries\n",
    );
  });

  test("rows that went missing after the run are named, and not taken for loss", async () => {
    const end = {
      ended_at: "2026-01-01T00:00:10.000Z",
      sent: 2,
      expected: 4,
      received: 4,
      connect_errors: 0,
      disconnects: 0,
      interrupted: false,
      warnings: [],
    };
    const rows = [sentRow(1, "a", START_US, START_US), receivedRow(1, "a", "a", START_US + 5)];
    const text = [encodeRunMeta({ ...META, rooms: 1, room_size: 1, end }), CSV_HEADER, "\n", ...rows].join(
      "",
    );
    const { exitCode, runs, stderr } = await run({ files: [file("half.csv", text)] });
    expect(exitCode).toBe(1);
    const words = "the file was cut after the run: it holds 1 of 2 messages and 1 of 4 deliveries";
    expect(stderr).toBe(`scale-chat: /half.csv:4: ${words}\n`);
    expect(runs).toMatchObject([{ sent: 1, expected: 1, received: 1, loss: 0, notes: [words] }]);
  });

  test("a meta file names files in its own folder and their rooms; a file named twice comes once", async () => {
    mkdirSync(join(folder, "runs"), { recursive: true });
    const first = file("runs/1.csv", OLD);
    file("runs/2.csv", OLD);
    for (const header of ["rooms,room_size,file\n", "", "rooms,room_size,file\r\n"]) {
      const meta = file("runs/meta.csv", `${header}3,4,1.csv\n5,8,"2.csv"\n`);
      for (const files of [[], [first]]) {
        expect((await run({ meta, files })).runs).toMatchObject([
          { label: "1.csv", rooms: 3, room_size: 4, expected: 4 },
          { label: "2.csv", rooms: 5, room_size: 8, expected: 8 },
        ]);
      }
    }
  });

  test("files of the same name are told apart by their folders", async () => {
    mkdirSync(join(folder, "other"), { recursive: true });
    const files = [file("same.csv", OLD), file("other/same.csv", OLD)];
    expect((await run({ files })).runs.map((one: { label: string }) => one.label)).toEqual(files);
  });

  test.each([
    ["", "1: names no file"],
    ["rooms,room_size,file\n", "1: names no file"],
    ["1,2\n", "1: 2 columns instead of 3"],
    ["1,2,a.csv\n0,2,b.csv\n", '2: rooms is "0"; allowed: a whole number above 0'],
    ["1,two,a.csv\n", '1: room_size is "two"; allowed: a whole number above 0'],
    ["1,2,\n", "1: file is empty"],
    ['1,2,"a.csv\n', "1: a quote is never closed"],
  ])("a bad meta file: %p", async (text, message) => {
    await expect(run({ meta: file("bad-meta.csv", text) })).rejects.toThrow(`bad-meta.csv:${message}`);
  });

  test("the directory of a sweep names its files and their rooms", async () => {
    file("plain.csv", OLD);
    mkdirSync(join(folder, "sweep"));
    file("sweep/1.csv", OLD);
    file("sweep/meta.csv", "1,2,1.csv\n");
    const { exitCode, runs } = await run({ files: [join(folder, "sweep"), join(folder, "plain.csv")] });
    expect(exitCode).toBe(0);
    expect(runs).toMatchObject([{ label: "1.csv", rooms: 1, room_size: 2 }, { label: "plain.csv" }]);
  });

  test("a meta file that is not there", async () => {
    await expect(run({ meta: join(folder, "none.csv") })).rejects.toThrow("none.csv: there is no such file");
  });

  test("none at all, or one twice, is a mistake of the caller", async () => {
    await expect(run({})).rejects.toThrow(UsageError);
    await expect(run({ files: ["-", "-"] })).rejects.toThrow("- is named twice; name each file once");
  });
});

describe("bad files", () => {
  test("are named on stderr with their line, and the others are still reported", async () => {
    const files = [
      file("bad.csv", `${OLD}1,a,b,Lost,12\n`),
      file("good.csv", OLD),
      join(folder, "none.csv"),
      folder,
      file("empty.csv", ""),
      join(file("plain", ""), "x.csv"),
    ];
    const { exitCode, stderr, runs } = await run({ files });
    expect(exitCode).toBe(1);
    expect(runs).toMatchObject([{ label: "good.csv", sent: 1 }]);
    expect(stderr.split("\n")).toEqual([
      'scale-chat: /bad.csv:4: type is "Lost"; allowed: Sent, Received',
      "scale-chat: /none.csv: there is no such file",
      "scale-chat: : is a directory without meta.csv; allowed: a results file, the directory of a sweep, or - for the standard input",
      "scale-chat: /empty.csv:1: the file is empty",
      "scale-chat: /plain/x.csv: there is no such file: a part of its path is not a directory",
      "",
    ]);
  });

  test("alone print no report", async () => {
    const { exitCode, stdout } = await run({ files: [join(folder, "none.csv")] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });
});

describe("thresholds", () => {
  test("stand with each run; one that fails is named on stderr, and the exit code is 99", async () => {
    const files = [file("judged.csv", OLD)];
    const ended = await run({ files, ...thresholds("p97_sent<2ms", "loss==0", "send_lag<1ms") });
    expect(ended.exitCode).toBe(99);
    expect(ended.runs[0].thresholds).toEqual([
      { threshold: "p97_sent<2ms", actual: 2, unit: "ms", held: false, reason: null },
      { threshold: "loss==0", actual: 0, unit: "fraction", held: true, reason: null },
      {
        ...{ threshold: "send_lag<1ms", actual: null, unit: "ms", held: false },
        reason: "the generator's own account is missing",
      },
    ]);
    expect(ended.stderr).toBe(
      "scale-chat: judged.csv: p97_sent<2ms did not hold: 2.00 ms\n" +
        "scale-chat: judged.csv: send_lag<1ms did not hold: the generator's own account is missing\n",
    );
  });

  test("that hold leave the exit code to the files", async () => {
    const held = thresholds("max_sent<=2ms");
    expect((await run({ files: [file("held.csv", OLD)], ...held })).exitCode).toBe(0);
    const files = [join(folder, "held.csv"), join(folder, "missing.csv")];
    expect((await run({ files, ...held })).exitCode).toBe(1);
    expect((await run({ files, ...thresholds("max_sent<2ms") })).exitCode).toBe(99);
  });

  test("relative to a baseline that is not there are refused", () => {
    expect(run({ files: [file("relative.csv", OLD)], ...thresholds("p99<=110%") })).rejects.toThrow(
      UsageError,
    );
  });
});

describe("a baseline", () => {
  /** A message that took so many microseconds to each of two members. */
  const took = (us: number) =>
    `1,a,a,Sent,${START_US}\n1,a,a,Received,${START_US + us}\n1,a,b,Received,${START_US + us}\n`;
  const slower = { threshold: [parseThreshold("p50_sent<=150%")] };

  test("each figure beside the one before, thresholds relative to it", async () => {
    const [old, now] = [file("before.csv", took(1000)), file("now.csv", took(2000))];
    const ended = await run({ files: [now], baseline: [old], format: "table" });
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain("now.csv against before.csv");
    expect(ended.stdout).toMatch(/│ p50_sent +│ +1.00 ms │ +2.00 ms │ +\+1.00 ms │ +\+100 % │ +worse │/);
    const failed = await run({ files: [now], baseline: [old], ...slower });
    expect(failed.exitCode).toBe(99);
    expect(failed.stderr).toBe("scale-chat: now.csv: p50_sent<=150% did not hold: 2.00 ms\n");
    expect((await run({ files: [old], baseline: [now], ...slower })).exitCode).toBe(0);
  });

  test("may be the directory of a sweep", async () => {
    for (const [name, us] of [
      ["sweep-1", 1000],
      ["sweep-2", 1100],
    ] as const) {
      mkdirSync(join(folder, name));
      file(`${name}/01.csv`, took(us));
      file(`${name}/02.csv`, took(us));
      file(`${name}/meta.csv`, "1,2,01.csv\n2,2,02.csv\n");
    }
    const meta = join(folder, "sweep-2/meta.csv");
    const { stdout } = await run({ meta, baseline: [join(folder, "sweep-1")], format: "csv" });
    expect(stdout).toContain("01.csv,01.csv,p50_sent,ms,1,1.1,0.1,0.1,same");
    expect(stdout).toContain("02.csv,02.csv,p50_sent,ms,1,1.1,0.1,0.1,same");
  });

  test("that cannot be read is named, and the exit code is 1", async () => {
    const ended = await run({ files: [join(folder, "now.csv")], baseline: [join(folder, "gone.csv")] });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain("gone.csv");
    expect(ended.runs).toHaveLength(1);
  });

  test("is named by files", () => {
    expect(run({ files: [join(folder, "now.csv")], baseline: ["-"] })).rejects.toThrow(UsageError);
    expect(run({ files: [join(folder, "now.csv")], baseline: [folder, `${folder}/.`] })).rejects.toThrow(
      "several directories",
    );
  });
});
