import { join } from "node:path";
import { PROGRAM } from "../../../src/e2e/harness.ts";
import type { Contestant, RunningContestant } from "../contestants/contestant.ts";
import { type Watched, watched } from "./watch.ts";

/** Everyone speaks by the same open-loop plan, each to a room. Times in milliseconds. */
export interface RoomLoad {
  rooms: number;
  roomSize: number;
  /** Messages a second of all clients together. */
  rate: number;
  /** Bytes of a message's text. */
  size: number;
  /** Over which the clients connect. */
  ramp: number;
  /** Both sides still compile then: left out of the figures. */
  warmup: number;
  /** Behind the warm-up. */
  duration: number;
}

export interface RoomOutcome extends Watched {
  /** When sending began, milliseconds since the epoch. */
  startedAt: number;
  /** Messages, without those of the warm-up. */
  sent: number;
  /** Deliveries of them: that came, each counted once; that never came; and that came once more. */
  received: number;
  lost: number;
  repeated: number;
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

/** The frames of a load test are those of its warm-up, too. */
export function sendingSecondsOf({ warmup, duration }: Pick<RoomLoad, "warmup" | "duration">): number {
  return (warmup + duration) / 1000;
}

const SETTLE_MS = 3000;
/** A test takes about half of this; one that takes longer is ended, and has measured nothing. */
const PATIENCE = 4;

/** Runs a load test against servers that run and are one chat. Throws when it brings no figures. */
export async function loadRooms(
  { dialect, wire }: Contestant,
  servers: readonly RunningContestant[],
  load: RoomLoad,
): Promise<RoomOutcome> {
  const { rooms, roomSize, size } = load;
  const args = {
    ...{ dialect, rooms, "room-size": roomSize, size },
    interval: `${((1000 * rooms * roomSize) / load.rate).toFixed(3)}ms`,
    duration: `${load.warmup + load.duration}ms`,
    ...{ warmup: `${load.warmup}ms`, ramp: `${load.ramp}ms`, settle: `${SETTLE_MS}ms` },
  };
  const addresses = servers.map(({ url }) => (wire === "websocket" ? url : url.replace(/^ws:/, "wss:")));
  const words = [...addresses.map((url) => ["url", url]), ...Object.entries(args)].flatMap(
    ([name, value]) => [`--${name}`, `${value}`],
  );
  // The same load test, from its source: only there can another protocol stand below its clients.
  const program =
    wire === "websocket" ? [PROGRAM] : [process.execPath, join(import.meta.dir, "on-wire.ts"), wire];
  const pids = servers.map(({ pid }) => pid);
  return watched(pids, async () => {
    const framesBefore = await framesOf(servers);
    const generator = Bun.spawn([...program, "loadtest", ...words, "--no-csv", "--json"], {
      ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
      timeout: PATIENCE * (load.ramp + load.warmup + load.duration + SETTLE_MS),
      killSignal: "SIGKILL",
    });
    const [said, complaints] = await Promise.all([generator.stdout.text(), generator.stderr.text()]);
    if (said === "")
      throw new Error(`the load test brought no figures: ${complaints.trim().split("\n").at(-1)}`);
    const frames = await framesOf(servers);
    return { ...outcomeOf(said), frames: frames === null ? null : frames - framesBefore! };
  });
}

async function framesOf(servers: readonly RunningContestant[]): Promise<number | null> {
  const told = await Promise.all(servers.map(({ frames }) => frames()));
  return told.reduce((sum, frames) => (sum === null || frames === null ? null : sum + frames), 0);
}

interface Run {
  setting: { started_at: string };
  sent: number;
  /** With those that are repeated. */
  received: number;
  repeated: number;
  expected: number;
  span_ms: number | null;
  latency: { from_scheduled: { percentiles: Record<string, number> } | null };
  generator: { cpu_percent: number[] };
  processes: number;
  notes: string[];
}

/** Reads the JSON of `loadtest --json`. */
export function outcomeOf(text: string): Omit<RoomOutcome, keyof Watched | "frames"> {
  const [run] = (JSON.parse(text) as { runs: [Run] }).runs;
  const received = run.received - run.repeated;
  const percentiles = run.latency.from_scheduled?.percentiles;
  return {
    ...{ startedAt: Date.parse(run.setting.started_at), sent: run.sent },
    ...{ received, lost: run.expected - received, repeated: run.repeated },
    ...{ spanMs: run.span_ms ?? 0, processes: run.processes },
    ...{ p50: percentiles?.["50"] ?? null, p99: percentiles?.["99"] ?? null },
    generatorPercent: Math.max(0, ...run.generator.cpu_percent),
    limit: run.notes.find((note) => note.startsWith("limit:")) ?? "limit: not known",
  };
}
