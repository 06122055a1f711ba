#!/usr/bin/env bun
/**
 * What it costs to write down every event of a load test: first as many events as the recorder takes when there is
 * nothing else to do, then load tests with and without their file, in turns, against one server on this machine.
 * Prints two Markdown tables; of the load tests each figure is the median of `--runs`.
 *
 *     scripts/build && scripts/bun scripts/bench-recorder.ts [--events 10000000] [--rates 100000,200000,300000] [--runs 3] [--seconds 8]
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServer } from "../src/e2e/harness.ts";
import { type Loaded, loaded } from "./recorder/beside-load.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "10000000" },
    rates: { type: "string", default: "100000,200000,300000" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
  },
});
const repeat = Array.from({ length: Number(values.runs) }, (_, i) => i);

const scratch = mkdtempSync(join(tmpdir(), "scale-chat-recorder-"));
const path = join(scratch, "results.csv");
try {
  console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}\n`);
  await tightLoops();
  console.log();
  await besideLoads();
} finally {
  rmSync(scratch, { recursive: true });
}

async function tightLoops(): Promise<void> {
  printRow("events", "events/s", "MB/s", "longest pause ms", "peak MiB");
  printRow("---", "---", "---", "---", "---");
  for (const [name, file] of repeat.flatMap(() => [["recorded", path], ["--no-csv"]])) {
    const script = join(import.meta.dir, "recorder/tight-loop.ts");
    const child = Bun.spawn([process.execPath, script, values.events, "1000", ...(file ? [file] : [])], {
      stdout: "pipe",
      stderr: "inherit",
    });
    const { events, seconds, longestMs, peakMiB } = JSON.parse(await child.stdout.text());
    const bytes = file === undefined ? 0 : statSync(file).size;
    printRow(
      `${Math.round(events / 1e6)} million, ${name}`,
      Math.round(events / seconds).toLocaleString("en"),
      bytes === 0 ? "–" : Math.round(bytes / seconds / 1e6),
      longestMs.toFixed(1),
      Math.round(peakMiB),
    );
  }
}

async function besideLoads(): Promise<void> {
  printRow(
    "deliveries/s",
    "dialect",
    "file",
    "events/s",
    "loss",
    "p50 ms",
    "p99 ms",
    "max ms",
    "CPU µs an event",
    "MiB",
  );
  printRow(...Array.from({ length: 10 }, () => "---"));
  const server = await startServer();
  try {
    for (const rate of values.rates.split(",").map(Number)) {
      for (const dialect of ["plain", "native"])
        await besideLoad(`ws://127.0.0.1:${server.port}`, dialect, rate);
    }
  } finally {
    await server.stop();
  }
}

/** In turns, so that what else the machine does meets both alike. */
async function besideLoad(url: string, dialect: string, rate: number): Promise<void> {
  const load = { url, dialect, rate, seconds: Number(values.seconds) };
  const without: Loaded[] = [];
  const recorded: Loaded[] = [];
  for (const _ of repeat) {
    without.push(await loaded({ ...load, path: null }));
    recorded.push(await loaded({ ...load, path }));
  }
  for (const [file, runs] of [
    ["none", without],
    ["every event", recorded],
  ] as const) {
    const median = (of: keyof Loaded) => runs.map((run) => run[of]).sort((a, b) => a - b)[runs.length >> 1]!;
    printRow(
      rate.toLocaleString("en"),
      dialect,
      file,
      Math.round(median("eventsPerSecond")).toLocaleString("en"),
      `${median("lossPercent")} %`,
      ...(["p50", "p99", "max"] as const).map((of) => median(of).toFixed(1)),
      median("cpuUs").toFixed(2),
      Math.round(median("generatorMiB")),
    );
  }
}

function printRow(...cells: Array<string | number>): void {
  console.log(`| ${cells.join(" | ")} |`);
}
