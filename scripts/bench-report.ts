/**
 * How fast is `report`? Writes a results file of 5.0 million events (25 rooms x 16 clients, UUIDs) and prints
 * the seconds and the peak memory of a report on it.
 *
 *     bun scripts/bench-report.ts                    from source
 *     bun scripts/bench-report.ts dist/scale-chat    the built program
 *
 * `--form old` writes the older form of five columns, `--slow` latencies of an overloaded server (seconds).
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatBytes, formatCount } from "../src/lib/format.ts";
import { type Random, seededRandom } from "../src/lib/random.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../src/results/csv.ts";
import { encodeRunMeta, type RunMeta } from "../src/results/run-meta.ts";

const ROOMS = 25;
const ROOM_SIZE = 16;
const ROWS = 5_000_000;
const START_US = 1_763_683_200_000_000;
const FLUSH_BYTES = 256 * 1024;

const META: RunMeta = {
  version: 1,
  rooms: ROOMS,
  room_size: ROOM_SIZE,
  interval_ms: 1000,
  size: 256,
  dialect: "native",
  started_at: new Date(START_US / 1000).toISOString(),
  duration_ms: 736_000,
  warmup_ms: 0,
  seed: 1,
  url: "ws://127.0.0.1:8080",
  host: { cores: 2, cpu: "none", memory_bytes: 0, os: "none" },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { form: { type: "string", default: "new" }, slow: { type: "boolean", default: false } },
});
const folder = mkdtempSync(join(tmpdir(), "scale-chat-bench-"));
try {
  const path = join(folder, "results.csv");
  const rows = writeResults(path, seededRandom(1), values.form === "old", values.slow ? 10_000_000 : 50_000);
  console.log(`${formatCount(rows)} rows, ${formatBytes(statSync(path).size)}`);
  measure(positionals[0] === undefined ? [process.execPath, "src/main.ts"] : [positionals[0]], path);
} finally {
  rmSync(folder, { recursive: true });
}

function measure(program: string[], path: string): void {
  const started = performance.now();
  const run = Bun.spawnSync([...program, "report", path], { stdout: "inherit", stderr: "inherit" });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `exit ${run.exitCode}: ${seconds.toFixed(2)} s, peak RSS ${formatBytes(run.resourceUsage.maxRSS)}`,
  );
}

/** Every client sends once a second at its own phase; deliveries of a second come ordered by their time. */
function writeResults(path: string, random: Random, old: boolean, slowestUs: number): number {
  const file = openSync(path, "w");
  const clients = Array.from({ length: ROOMS * ROOM_SIZE }, () => uuid(random));
  const phases = clients.map(() => Math.floor(random() * 1_000_000));
  let text = old ? "" : `${encodeRunMeta(META)}${CSV_HEADER}\n`;
  let rows = 0;
  for (let second = 0; rows < ROWS; second++) {
    const events: Array<[us: number, row: string]> = [];
    for (const [i, sender] of clients.entries()) {
      const scheduled = START_US + second * 1_000_000 + phases[i]!;
      const sent = scheduled + Math.floor(random() ** 4 * 5000);
      events.push([sent, sentRow(second + 1, sender, sent, scheduled)]);
      const room = i - (i % ROOM_SIZE);
      for (const client of clients.slice(room, room + ROOM_SIZE)) {
        const received = sent + 200 + Math.floor(random() ** 3 * slowestUs);
        events.push([received, receivedRow(second + 1, sender, client, received)]);
      }
    }
    for (const [, row] of events.sort((a, b) => a[0] - b[0])) {
      text += old ? `${row.slice(0, row.lastIndexOf(","))}\n` : row;
      rows++;
      if (text.length < FLUSH_BYTES) continue;
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
  return rows;
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
