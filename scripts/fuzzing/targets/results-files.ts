import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RunAggregate } from "../../../src/report/aggregate/run-aggregate.ts";
import { parseMetaFile } from "../../../src/report/meta-file.ts";
import { type ReadOutcome, readResults } from "../../../src/report/read/read-results.ts";
import { RowError } from "../../../src/report/read/row-error.ts";
import { randomFile } from "../../../src/report/scan/fake-file.ts";
import { scanFile } from "../../../src/report/scan/scan-file.ts";
import { noScanners } from "../../../src/report/scan/scanners.ts";
import { decodeRunMeta } from "../../../src/results/run-meta.ts";
import { Chance } from "../chance.ts";
import { mutateBytes, mutateJson, mutateText } from "../mutate.ts";
import { type Note, promise, pureTarget, type Target } from "../target.ts";

/** Files to begin with: making one takes longer than spoiling it. */
const FILES = Array.from({ length: 40 }, (_, i) => {
  const chance = new Chance(1, i);
  return randomFile(() => chance.below(2 ** 32) / 2 ** 32).slice(0, 24_000);
});
const META_FILE = "rooms,room_size,file\n25,16,a.csv\n50,8,b.csv\n";

/**
 * Files that somebody else has written, or half of them: refused with a line's number or read, and the fast way gives what
 * the slow one gives, or leaves it to that.
 */
export function resultsFiles(): Target {
  const path = join(tmpdir(), `scale-chat-fuzz-${process.pid}.csv`);
  const target = pureTarget(async (chance: Chance, note: Note) => {
    if (chance.odds(0.2)) return readDescriptions(chance, note);
    const bytes = spoil(chance, Buffer.from(chance.pick(FILES)));
    note(bytes.toString("latin1"));
    const slow = new RunAggregate();
    const read = await tried(async () => closed(slow, await readResults(chunks(bytes), slow)));
    writeFileSync(path, bytes);
    const fast = new RunAggregate();
    const outcome = await scanFile(path, fast, noScanners, { end: 300, part: 100 });
    if (outcome === null) return;
    promise(!(read instanceof RowError), `both ways refuse it: ${read instanceof RowError && read.message}`);
    promise(isDeepStrictEqual(closed(fast, outcome), read), "both ways give the same figures");
  });
  return { ...target, close: async () => rmSync(path, { force: true }) };
}

/** Mostly in the middle, where the fast way is at work. */
function spoil(chance: Chance, bytes: Buffer): Buffer {
  const from = chance.below(bytes.length);
  const middle = bytes.subarray(from, from + 200);
  return Buffer.concat([bytes.subarray(0, from), mutateBytes(chance, middle), bytes.subarray(from + 200)]);
}

function readDescriptions(chance: Chance, note: Note): void {
  const first = FILES.find((file) => file.startsWith("# scale-chat "))!.split("\n")[0]!;
  const description = `# scale-chat ${mutateJson(chance, JSON.parse(first.slice(13)))}`;
  const list = mutateText(chance, META_FILE);
  note({ description, list });
  const meta = decodeRunMeta(description);
  if (meta !== null) new RunAggregate().run(meta);
  try {
    parseMetaFile(list, "/tmp/meta.csv");
  } catch (error) {
    promise(error instanceof RowError, `an error with the number of its line, not ${error}`);
  }
}

async function tried<T>(read: () => Promise<T>): Promise<T | RowError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RowError) return error;
    throw error;
  }
}

function closed(aggregate: RunAggregate, outcome: ReadOutcome) {
  const summary = aggregate.close("x", { rooms: null, roomSize: null }, [50, 99]);
  return { ...outcome, summary, shortfall: aggregate.shortfall() };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000);
}
