import { join } from "node:path";
import { PROGRAM } from "../../../src/e2e/harness.ts";
import type { Contestant, RunningContestant } from "../contestants/contestant.ts";
import { type Watched, watched } from "./watch.ts";

/** Everyone in one room speaks by the same open-loop plan. Times in milliseconds. */
export interface RoomLoad {
  clients: number;
  /** Messages a second of all clients together. */
  rate: number;
  /** Bytes of a message's text. */
  size: number;
  /** Without the warm-up, which is left out of the figures. */
  duration: number;
  warmup: number;
}

export interface RoomOutcome extends Watched {
  /** Deliveries that came and should have. */
  received: number;
  expected: number;
  /** From the first send to the last delivery, milliseconds. */
  spanMs: number;
  /** Of the time from when a message was due to when it was delivered, milliseconds; `null` without deliveries. */
  p50: number | null;
  p99: number | null;
  /** Frames that the server wrote; `null` when it does not tell. */
  frames: number | null;
  /** The busiest second of the busiest process that generated the load, in % of one core. */
  generatorPercent: number;
  processes: number;
  /** What limited the run, in the words of the load test. */
  limit: string;
}

const RAMP_MS = 1000;
const SETTLE_MS = 3000;
/** A test takes about half of this; one that takes longer is ended, and has measured nothing. */
const PATIENCE = 4;

/** Runs a load test against a server that runs. Throws when it brings no figures. */
export async function loadRoom(
  { dialect, wire }: Contestant,
  server: RunningContestant,
  load: RoomLoad,
): Promise<RoomOutcome> {
  const args = {
    ...{ url: server.url, dialect, rooms: 1, "room-size": load.clients, size: load.size },
    interval: `${((1000 * load.clients) / load.rate).toFixed(3)}ms`,
    duration: `${load.warmup + load.duration}ms`,
    ...{ warmup: `${load.warmup}ms`, ramp: `${RAMP_MS}ms`, settle: `${SETTLE_MS}ms` },
  };
  const words = Object.entries(args).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  // The same load test, from its source: only there can another protocol stand below its clients.
  const program =
    wire === "websocket" ? [PROGRAM] : [process.execPath, join(import.meta.dir, "on-wire.ts"), wire];
  return watched(server.pid, async () => {
    const framesBefore = await server.frames();
    const generator = Bun.spawn([...program, "loadtest", ...words, "--no-csv", "--json"], {
      ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
      timeout: PATIENCE * (RAMP_MS + load.warmup + load.duration + SETTLE_MS),
      killSignal: "SIGKILL",
    });
    const [said, complaints] = await Promise.all([generator.stdout.text(), generator.stderr.text()]);
    if (said === "")
      throw new Error(`the load test brought no figures: ${complaints.trim().split("\n").at(-1)}`);
    const frames = await server.frames();
    return { ...outcomeOf(said), frames: frames === null ? null : frames - framesBefore! };
  });
}

interface Run {
  received: number;
  expected: number;
  span_ms: number | null;
  latency: { from_scheduled: { percentiles: Record<string, number> } | null };
  generator: { cpu_percent: number[] };
  processes: number;
  notes: string[];
}

/** Reads the JSON of `loadtest --json`. */
function outcomeOf(text: string): Omit<RoomOutcome, keyof Watched | "frames"> {
  const [run] = (JSON.parse(text) as { runs: [Run] }).runs;
  const percentiles = run.latency.from_scheduled?.percentiles;
  return {
    ...{ received: run.received, expected: run.expected, spanMs: run.span_ms ?? 0, processes: run.processes },
    ...{ p50: percentiles?.["50"] ?? null, p99: percentiles?.["99"] ?? null },
    generatorPercent: Math.max(0, ...run.generator.cpu_percent),
    limit: run.notes.find((note) => note.startsWith("limit:")) ?? "limit: not known",
  };
}
