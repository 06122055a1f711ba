#!/usr/bin/env bun
/**
 * What readers that stop reading do to the others in their room: healthy clients before and during, side by side, and
 * the server's memory over time, beside a peer. Whoever is closed as too slow comes back and stalls again, so that the
 * pressure lasts. Everything runs on this machine. Prints Markdown; fails when a healthy client lost anything.
 *
 *     scripts/build && scripts/bun scripts/bench-slow-readers.ts [--clients 1000] [--slow 50] [--rate 200] [--size 1024]
 *       [--before 20] [--during 60] [--no-peer]
 */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatCount } from "../src/lib/format.ts";
import { type Contestant, nodeWs, scaleChat } from "./slow-readers/contestants.ts";
import {
  type HealthyFigures,
  type HealthyLoad,
  type HealthyNews,
  type PhaseFigures,
  ROOM,
} from "./slow-readers/healthy-readers.ts";
import { Stalls } from "./slow-readers/stalls.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1000" },
    slow: { type: "string", default: "50" },
    rate: { type: "string", default: "200" },
    size: { type: "string", default: "1024" },
    before: { type: "string", default: "20" },
    during: { type: "string", default: "60" },
    "no-peer": { type: "boolean", default: false },
  },
});
const [clients, slow, rate] = [Number(values.clients), Number(values.slow), Number(values.rate)];
const [size, before, during] = [Number(values.size), Number(values.before), Number(values.during)];
const HEALTHY = join(import.meta.dir, "slow-readers/healthy-readers.ts");
const PAGE_BYTES = 4096;

interface Outcome extends HealthyFigures {
  closed: Record<string, number>;
  /** Resident MiB in each second of each phase. */
  memory: number[][];
}

console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; servers and clients on the same machine`);
console.log(`1 room x ${clients} clients, ${rate} messages/s of ${size} B in; ${slow} stop reading\n`);
const contestants = values["no-peer"] || Bun.which("node") === null ? [scaleChat] : [scaleChat, nodeWs];
const outcomes: Outcome[] = [];
for (const contestant of contestants) outcomes.push(await measure(contestant));
print();

const [ours] = outcomes as [Outcome];
const lost = ours.phases.reduce((sum, { expected, received }) => sum + expected - received, 0);
const problems = [
  lost + ours.repeated + ours.disconnects > 0
    ? "a healthy client lost something, got it twice, or was closed"
    : [],
  (ours.closed[4002] ?? 0) < slow ? "not everyone who stalled was closed as too slow" : [],
].flat();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

async function measure(contestant: Contestant): Promise<Outcome> {
  const server = await contestant.start();
  const stalls = new Stalls(server, `/ws/${ROOM}`);
  let healthy: Healthy | null = null;
  try {
    await stalls.bringIn(slow);
    const { dialect } = contestant;
    const url = `ws://127.0.0.1:${server.port}`;
    healthy = startHealthy({ url, dialect, clients: clients - slow, rate, size, phases: [before, during] });
    await healthy.started;
    const quiet = await sampleMemory(server.pid, before);
    stalls.begin();
    const stalled = await sampleMemory(server.pid, during);
    const figures = await healthy.done;
    return { ...figures, memory: [quiet, stalled], closed: await server.closed() };
  } finally {
    stalls.end();
    healthy?.child.kill();
    await server.stop();
  }
}

type Healthy = ReturnType<typeof startHealthy>;

/** Starts the healthy clients; both promises reject when these end before their time. */
function startHealthy(load: HealthyLoad) {
  const started = Promise.withResolvers<void>();
  const done = Promise.withResolvers<HealthyFigures>();
  const child = Bun.spawn([process.execPath, HEALTHY, JSON.stringify(load)], {
    ipc(news: HealthyNews) {
      if (news.type === "started") started.resolve();
      else done.resolve(news);
    },
    onExit(_, code) {
      const error = new Error(`the healthy clients ended with code ${code}`);
      started.reject(error);
      done.reject(error);
    },
  });
  return { child, started: started.promise, done: done.promise };
}

/** Resident MiB, once a second for so many seconds. */
async function sampleMemory(pid: number, seconds: number): Promise<number[]> {
  const samples: number[] = [];
  const start = performance.now();
  while (samples.length < seconds) {
    await Bun.sleep(start + (samples.length + 1) * 1000 - performance.now());
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    samples.push(Math.round((pages * PAGE_BYTES) / 2 ** 20));
  }
  return samples;
}

/** One column for each phase of each server, then the memory over time. */
function print(): void {
  const names = contestants.flatMap(({ name }) => [`${name}, before`, `${name}, during`]);
  const columns = outcomes.flatMap(({ phases, memory }) =>
    phases.map((figures, i) => ({ figures, memory: memory[i]! })),
  );
  const row = (head: string, cells: Array<string | number>) =>
    console.log(`| ${[head, ...cells].join(" | ")} |`);
  const each = (
    head: string,
    cell: (figures: PhaseFigures, memory: number[], seconds: number) => string | number,
  ) =>
    row(
      head,
      columns.map(({ figures, memory }) => cell(figures, memory, memory.length)),
    );

  row("healthy readers", names);
  row(
    "---",
    names.map(() => "---"),
  );
  each("deliveries/s", ({ received }, _, seconds) => formatCount(received / seconds));
  each("lost", ({ expected, received }) => expected - received);
  each("p50 ms", ({ p50 }) => p50.toFixed(1));
  each("p99 ms", ({ p99 }) => p99.toFixed(1));
  each("worst ms", ({ worst }) => worst.toFixed(0));
  each("server MiB, min / median / max", (_, memory) => {
    const sorted = memory.toSorted((a, b) => a - b);
    return [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].join(" / ");
  });
  for (const [i, { name }] of contestants.entries()) {
    const { closed, memory, phases } = outcomes[i]!;
    console.log(`\n${name}: ${formatCount(closed[4002] ?? 0)} closed as too slow ${JSON.stringify(closed)}`);
    console.log(`MiB each second, before: ${memory[0]!.join(" ")}`);
    console.log(`during: ${memory[1]!.join(" ")}`);
    console.error(
      `${name}: the generator's p99 of lateness was ${phases.map(({ lagP99 }) => lagP99.toFixed(1)).join(" and ")} ms`,
    );
  }
}
