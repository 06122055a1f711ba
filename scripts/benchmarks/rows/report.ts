import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCount, threeDigits } from "../../../src/lib/format.ts";
import { seededRandom } from "../../../src/lib/random.ts";
import { type Contender, OURS, PEERS, PERCENTS } from "../../report/contenders.ts";
import { measure } from "../../report/measure.ts";
import { writeResults } from "../../report/results-file.ts";
import { count } from "../figures/found.ts";
import type { Entrant, Row } from "../row.ts";

const EVENTS = 5_000_000;
const SLOWEST_US = 50_000;

/** The file of this run, and the first answer about it. */
let file: { path: string; answer: string | null };

/** How soon a file of results is a report. */
export const reportOnFile: Row = {
  id: "P8",
  title: "report on a large file",
  method:
    `${formatCount(EVENTS)} events of 25 rooms x 16 clients with UUIDs, 528 MB: the exact ` +
    `${PERCENTS.map((percent) => `p${percent}`).join(", ")} of received - sent, joined by message and sender. All have to ` +
    "agree to the microsecond. Memory is the most that the program's processes held together, looked at every 10 ms; " +
    "pages that they share are in it more than once.",
  aims: [
    { text: "1.0 s", key: "seconds", atMost: 1 },
    { text: "250 MB", key: "peak", atMost: 250 },
  ],
  repeat: 3,
  columns: [
    { key: "seconds", head: "s", format: threeDigits },
    { key: "cpu", head: "CPU s", format: threeDigits },
    count("peak", "peak MB"),
  ],
  prepare() {
    const folder = mkdtempSync(join(tmpdir(), "scale-chat-bench-"));
    file = { path: join(folder, "events.csv"), answer: null };
    writeResults(file.path, seededRandom(1), { rows: EVENTS, isOld: false, slowestUs: SLOWEST_US });
    return () => rmSync(folder, { recursive: true });
  },
  entrants: [{ ...reading(OURS), isOurs: true }, ...PEERS.map(reading)],
};

function reading({ name, command, read }: Contender): Entrant {
  return {
    ...{ name, missing: null, isOurs: false },
    async measure() {
      const { stdout, seconds, cpuSeconds, peakBytes } = await measure(command(file.path, "new"));
      const answer = JSON.stringify(read(stdout));
      file.answer ??= answer;
      if (answer !== file.answer) throw new Error(`${answer}, where others say ${file.answer}`);
      return { figures: { seconds, cpu: cpuSeconds, peak: peakBytes / 1e6 } };
    },
  };
}
