import { closeSync, openSync, writeSync } from "node:fs";
import type { Random } from "../../src/lib/random.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../../src/results/csv.ts";
import { encodeRunMeta, type RunMeta } from "../../src/results/run-meta.ts";

export interface FileOptions {
  rows: number;
  /** The older form: no description, no header, five columns. */
  isOld: boolean;
  /** Longest latency, microseconds. */
  slowestUs: number;
}

const ROOMS = 25;
const ROOM_SIZE = 16;
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

/** The description of a run that came to its end, with so many rows of which one in 17 is a message. */
function metaOf(rows: number): RunMeta {
  const sent = rows / (1 + ROOM_SIZE);
  const deliveries = rows - sent;
  const counts = { sent, expected: deliveries, received: deliveries, connect_errors: 0, disconnects: 0 };
  const ended = new Date(START_US / 1000 + (sent / (ROOMS * ROOM_SIZE)) * 1000).toISOString();
  return { ...META, end: { ended_at: ended, ...counts, interrupted: false, warnings: [] } };
}

/**
 * Writes what a load test of 25 rooms x 16 clients (UUIDs) would: every client sends once a second at its own phase,
 * and deliveries of a second come ordered by their time. Answers with the number of rows.
 */
export function writeResults(
  path: string,
  random: Random,
  { rows: least, isOld, slowestUs }: FileOptions,
): number {
  const file = openSync(path, "w");
  const clients = Array.from({ length: ROOMS * ROOM_SIZE }, () => uuid(random));
  const phases = clients.map(() => Math.floor(random() * 1_000_000));
  let text = isOld ? "" : `${encodeRunMeta(META)}${CSV_HEADER}\n`;
  let rows = 0;
  for (let second = 0; rows < least; second++) {
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
      text += isOld ? `${row.slice(0, row.lastIndexOf(","))}\n` : row;
      rows++;
      if (text.length < FLUSH_BYTES) continue;
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  // The first line has the same length with and without its end.
  if (!isOld) writeSync(file, encodeRunMeta(metaOf(rows)), 0);
  closeSync(file);
  return rows;
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
