import { readFileSync } from "node:fs";
import { PROGRAM } from "../../src/e2e/harness.ts";
import { OperationError } from "../../src/lib/errors.ts";

/** One room of so many clients. */
const CLIENTS = 1000;

export interface LoadTestCase {
  url: string;
  dialect: string;
  /** Deliveries per second. */
  rate: number;
  seconds: number;
  /** Where every event is written; `null` for nowhere. */
  path: string | null;
}

/** One load test. Latencies from scheduled, in milliseconds; `cpuUs` is the generator's processor time per event. */
export interface Loaded {
  eventsPerSecond: number;
  lossPercent: number;
  p50: number;
  p99: number;
  max: number;
  cpuUs: number;
  generatorMiB: number;
}

/** Runs a load test to its end. Throws `OperationError` when its file does not hold every event. */
export async function loaded({ url, dialect, rate, seconds, path }: LoadTestCase): Promise<Loaded> {
  const interval = `${Number(((CLIENTS * CLIENTS * 1000) / rate).toPrecision(8))}ms`;
  const load = ["--room-size", `${CLIENTS}`, "--interval", interval, "--size", "100", "--dialect", dialect];
  const record = path === null ? ["--no-csv"] : ["--out", path];
  const generator = Bun.spawn(
    [PROGRAM, "loadtest", "--url", url, ...load, "--duration", `${seconds}s`, ...record, "--json", "--quiet"],
    { stdout: "pipe", stderr: "inherit" },
  );
  const { runs } = JSON.parse(await generator.stdout.text());
  await generator.exited;
  const { sent, expected, received, loss, span_ms, latency } = runs[0];
  const events = sent + received;
  // Two lines come before the rows.
  if (path !== null && linesIn(path) !== events + 2) {
    throw new OperationError(`${path} holds ${linesIn(path) - 2} of ${events} events`);
  }
  const { percentiles, max_ms: max } = latency.from_scheduled;
  const used = generator.resourceUsage()!;
  return {
    eventsPerSecond: (events / span_ms) * 1000,
    lossPercent: expected === 0 ? 0 : loss * 100,
    p50: percentiles[50],
    p99: percentiles[99],
    max,
    cpuUs: Number(used.cpuTime.total) / events,
    generatorMiB: used.maxRSS / 2 ** 20,
  };
}

function linesIn(path: string): number {
  let lines = 0;
  for (const byte of readFileSync(path)) if (byte === 10) lines++;
  return lines;
}
