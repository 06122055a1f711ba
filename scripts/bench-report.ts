/**
 * How fast is `report`? Writes results files of 5.0 million events (25 rooms x 16 clients, UUIDs) and asks three
 * programs for the same exact percentiles: this one, DuckDB, and papaparse with a map. All have to agree to the
 * microsecond. Prints for each the seconds (fastest and median of the runs), the least processor time and the most
 * memory.
 *
 *     scripts/build && scripts/bun scripts/bench-report.ts
 *
 * `--form old|new` for one form of file only, `--slow` for latencies of an overloaded server (up to 10 s),
 * `--rows 100M` for larger files, `--alone` without the others, `--runs 3`.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { formatBytes, formatCount } from "../src/lib/format.ts";
import { seededRandom } from "../src/lib/random.ts";
import { type Form, OURS, PEERS } from "./report/contenders.ts";
import { type Measured, measure } from "./report/measure.ts";
import { writeResults } from "./report/results-file.ts";

const FORMS: Record<Form, string> = {
  new: "our form",
  old: "older form, five columns, no header",
};

const { values } = parseArgs({
  options: {
    form: { type: "string" },
    slow: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
    rows: { type: "string", default: "5M" },
    runs: { type: "string", default: "3" },
  },
});
const contenders = values.alone ? [OURS] : [OURS, ...PEERS];
const forms = (Object.keys(FORMS) as Form[]).filter((form) => (values.form ?? form) === form);
const table = new Table({
  head: ["file", "program", "fastest s", "median s", "CPU s", "peak"],
  style: { head: [], border: [] },
});
const folder = mkdtempSync(join(tmpdir(), "scale-chat-bench-"));
try {
  for (const form of forms) await compare(form, FORMS[form]);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(table.toString());

async function compare(form: Form, words: string): Promise<void> {
  const path = join(folder, `${form}.csv`);
  const slowestUs = values.slow ? 10_000_000 : 50_000;
  const rows = writeResults(path, seededRandom(1), {
    rows: numberOf(values.rows),
    isOld: form === "old",
    slowestUs,
  });
  console.log(`${words}: ${formatCount(rows)} rows, ${formatBytes(statSync(path).size)}`);
  const answers = new Set<string>();
  const measured = contenders.map((): Measured[] => []);
  // In turns, so that a busy moment of the machine meets them all.
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [i, { command, read }] of contenders.entries()) {
      const result = await measure(command(path, form));
      measured[i]!.push(result);
      answers.add(JSON.stringify(read(result.stdout)));
    }
  }
  rmSync(path);
  if (answers.size > 1) throw new Error(`they do not agree: ${[...answers].join(" ")}`);
  for (const [i, { name }] of contenders.entries()) table.push([words, name, ...figures(measured[i]!)]);
  console.log(`all say ${[...answers][0]}`);
}

function figures(runs: readonly Measured[]): string[] {
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const peak = Math.max(...runs.map(({ peakBytes }) => peakBytes));
  const cpu = Math.min(...runs.map(({ cpuSeconds }) => cpuSeconds));
  const times = [seconds[0]!, seconds[seconds.length >> 1]!, cpu];
  return [...times.map((time) => time.toFixed(2)), formatBytes(peak)];
}

/** `5M` is 5 million. */
function numberOf(text: string): number {
  return text.endsWith("M") ? Number(text.slice(0, -1)) * 1_000_000 : Number(text);
}
