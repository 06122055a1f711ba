import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../lib/random.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../../results/csv.ts";
import { START_US } from "../../results/fake-run.ts";
import { RunAggregate } from "../aggregate/run-aggregate.ts";
import { chunksOf } from "../fake-io.ts";
import { type ReadOutcome, readResults } from "../read/read-results.ts";
import { randomFile } from "./fake-file.ts";
import { type PartSizes, scanFile } from "./scan-file.ts";
import { scanPart } from "./scan-part.ts";
import { noScanners, ScannerProcesses, type Scanners } from "./scanners.ts";

const PROGRAM = join(import.meta.dir, "../../main.ts");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-scan-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The parts are scanned one by one, in this process. */
const FAKE_SCANNERS: Scanners = {
  limit: 5,
  scan: async (order) => structuredClone(await scanPart(order, () => true)),
  close: async () => {},
};

/** What both ways of reading give; `null` from the fast one where it does not dare. */
async function both(text: string, scanners: Scanners, sizes: PartSizes, warmup?: number) {
  const path = join(folder, "results.csv");
  writeFileSync(path, text);
  const close = (aggregate: RunAggregate, outcome: ReadOutcome) => ({
    ...outcome,
    summary: aggregate.close("x", { rooms: null, roomSize: null }, [1, 50, 99, 99.9, 100]),
    shortfall: aggregate.shortfall(),
  });
  const plain = new RunAggregate(warmup);
  const read = close(plain, await readResults(chunksOf(text, 1 << 20), plain));
  const fast = new RunAggregate(warmup);
  const outcome = await scanFile(path, fast, scanners, sizes);
  return { read, scanned: outcome === null ? null : close(fast, outcome) };
}

describe("the fast way gives what reading row by row gives", () => {
  test.each([
    ["in one piece", noScanners, 0.95],
    ["in parts that end anywhere, unless a message is sent in two of them", FAKE_SCANNERS, 0.6],
  ])("on random files, %s", async (_name, scanners, least) => {
    const random = seededRandom(7);
    let scanned = 0;
    const files = 200;
    for (let i = 0; i < files; i++) {
      const text = randomFile(random);
      const head = text.startsWith("#") ? 8400 : 200;
      const end = Math.floor(head + random() * Math.max(0, text.length / 2 - head));
      const warmup = [undefined, 0, 700, 3000][i % 4];
      const result = await both(text, scanners, { end, part: 100 }, warmup);
      if (result.scanned === null) continue;
      scanned++;
      expect(result.scanned).toEqual(result.read);
    }
    expect(scanned / files).toBeGreaterThan(least);
  });

  test("in several processes", async () => {
    const text = randomFile(seededRandom(21));
    const scanners = new ScannerProcesses({
      command: [process.execPath, PROGRAM, "report", "--scanner"],
      env: process.env,
      processes: 3,
    });
    const { scanned, read } = await both(text, scanners, { end: 9000, part: 1000 });
    expect(scanned).toEqual(read);
  });
});

describe("what is not of the plainest form is left to reading row by row", () => {
  const rows = (count: number, row: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => row(i)).join("");
  const plain = rows(
    40,
    (i) => sentRow(i, "a", START_US + i, START_US) + receivedRow(i, "a", "b", START_US + i + 5),
  );
  const at = START_US + 9;

  test.each([
    ["a quote", `1,"a",b,Received,${at},\n`],
    ["Windows line ends", `1,a,b,Received,${at},\r\n`],
    ["a blank line", "\n"],
    ["a header", `${CSV_HEADER}\n`],
    ["fewer columns", `1,a,b,Received,${at}\n`],
    ["more columns", `1,a,b,Received,${at},,\n`],
    ["a plan of a delivery", `1,a,b,Received,${at},${at}\n`],
    ["an id with leading zeros", `01,a,b,Received,${at},\n`],
    ["an id of many digits", `1234567890123456,a,b,Received,${at},\n`],
    ["an id in letters", `x1,a,b,Received,${at},\n`],
    ["no id", `,a,b,Received,${at},\n`],
    ["no sender", `1,,b,Received,${at},\n`],
    ["no client", `1,a,,Received,${at},\n`],
    ["another type", `1,a,b,Receipts,${at},\n`],
    ["a type that only begins well", `1,a,b,Received!,${at},\n`],
    ["a time in words", "1,a,b,Received,noon,\n"],
    ["no time", "1,a,b,Received,,\n"],
    ["nanoseconds", "1,a,b,Received,1763683200000123000,\n"],
    ["a time beyond whole numbers", "1,a,b,Received,9907199254740993,\n"],
    ["a bad plan", `1,a,a,Sent,${at},soon\n`],
    ["letters of all kinds", `1,Zoë,b,Received,${at},\n`],
    ["letters of all kinds beside a sender", `1,a,Zoë,Sent,${at},\n`],
    ["a zero byte", `1,a\0,b,Received,${at},\n`],
  ])("%s", async (_name, odd) => {
    const path = join(folder, "odd.csv");
    writeFileSync(path, `${plain}${odd}${plain.replaceAll(",a,", ",c,")}`);
    for (const scanners of [noScanners, FAKE_SCANNERS]) {
      expect(await scanFile(path, new RunAggregate(), scanners, { end: 500, part: 200 })).toBeNull();
    }
  });

  test("a message that is sent in two parts: the order decides which counts", async () => {
    const text =
      plain +
      rows(10, (i) => receivedRow(i, "a", "b", at)) +
      sentRow(3, "a", at, at) +
      plain.replaceAll(",a,", ",c,");
    const { scanned } = await both(text, FAKE_SCANNERS, { end: 300, part: 200 });
    expect(scanned).toBeNull();
  });

  test("a process that cannot be one", async () => {
    const scanners = new ScannerProcesses({ command: ["false"], env: {}, processes: 2 });
    const { scanned } = await both(plain, scanners, { end: 300, part: 200 });
    expect(scanned).toBeNull();
  });
});
