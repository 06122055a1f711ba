#!/usr/bin/env bun
/**
 * What `/metrics` costs, and how fast it answers.
 *
 * Cost: the same load on this program and on an older one without metrics (`--before`), in turn, so that what else the
 * machine does meets both; the server's processor time a delivery, and of each pair the ratio. Without `--before` only
 * the second part.
 *
 * Scrapes: one after the other while a server is flooded, on a whole core and, as root, on a quarter of one (a cgroup of
 * version 1). Beside them what the prober itself measures at a server that does nothing: the machine's own part.
 *
 *     scripts/bun scripts/bench-metrics.ts [--before PATH] [--pairs 10] [--seconds 8]
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const PROGRAM = join(import.meta.dir, "../dist/scale-chat");
const CPU_CGROUPS = "/sys/fs/cgroup/cpu";
const PERIOD_US = 100_000;
const PROBE_PAUSE_MS = 50;

const { values } = parseArgs({
  options: {
    before: { type: "string" },
    pairs: { type: "string", default: "10" },
    seconds: { type: "string", default: "8" },
  },
});
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];

interface Load {
  name: string;
  rooms: number;
  size: number;
  intervalMs: number;
}

const COST_LOADS: Load[] = [
  { name: "200 rooms x 4", rooms: 200, size: 4, intervalMs: 40 },
  { name: "1 room x 500", rooms: 1, size: 500, intervalMs: 2000 },
];
const FLOODS: Load[] = [
  { name: "200 rooms x 4, each 40 ms", rooms: 200, size: 4, intervalMs: 40 },
  { name: "1 room x 1,000, each 3 s", rooms: 1, size: 1000, intervalMs: 3000 },
];

if (values.before !== undefined) await printCost(values.before);
await printScrapes();

async function printCost(before: string): Promise<void> {
  console.log(
    `| load, ${pairs} pairs of ${seconds} s | CPU µs a delivery before | with metrics | ratio, median (quartiles) |`,
  );
  console.log("| --- | --- | --- | --- |");
  for (const load of COST_LOADS) {
    const costs: Array<{ before: number; after: number }> = [];
    for (let i = 0; i < pairs; i++) {
      // Whoever comes second finds a warmer machine: each is that in turn.
      const first = await costOf(i % 2 === 0 ? before : PROGRAM, load);
      const second = await costOf(i % 2 === 0 ? PROGRAM : before, load);
      costs.push(i % 2 === 0 ? { before: first, after: second } : { before: second, after: first });
    }
    const ratios = costs.map((pair) => pair.after / pair.before);
    const cells = [
      load.name,
      quantile(
        costs.map((pair) => pair.before),
        0.5,
      ).toFixed(2),
      quantile(
        costs.map((pair) => pair.after),
        0.5,
      ).toFixed(2),
      `${quantile(ratios, 0.5).toFixed(3)} (${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)})`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log();
}

/** Processor time of the server a delivery, microseconds; without that of its start. */
async function costOf(program: string, load: Load): Promise<number> {
  const { process, port } = await startServer([program]);
  try {
    await Bun.sleep(500);
    const before = processorUs(process.pid);
    const received = await flood(port, load).received;
    return (processorUs(process.pid) - before) / received;
  } finally {
    process.kill();
    await process.exited;
  }
}

/** What a process has used, all threads; Linux counts it in hundredths of a second. */
function processorUs(pid: number): number {
  // The name, in brackets, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function printScrapes(): Promise<void> {
  console.log("| flood | core | scrapes | p50 ms | p99 ms | worst ms | server's CPU, cores |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  console.log(await scrapesUnder("none: what the prober itself takes", null, 1));
  for (const load of FLOODS) {
    for (const cores of existsSync(CPU_CGROUPS) ? [1, 0.25] : [1]) {
      console.log(await scrapesUnder(load.name, load, cores));
    }
  }
}

async function scrapesUnder(name: string, load: Load | null, cores: number): Promise<string> {
  const group = cores < 1 ? makeGroup(cores) : null;
  const server = await startServer(
    group === null ? [PROGRAM] : ["sh", "-c", `echo $$ > ${group}/tasks; exec ${PROGRAM} "$@"`, "sh"],
  );
  const generator = load === null ? null : flood(server.port, load);
  try {
    await Bun.sleep(2000);
    const cpuBefore = await cpuSeconds(server.adminPort);
    const took: number[] = [];
    const end = performance.now() + seconds * 1000;
    for (let at = performance.now(); at < end; at = performance.now()) {
      await scrape(server.adminPort);
      took.push(performance.now() - at);
      await Bun.sleep(PROBE_PAUSE_MS);
    }
    const used = ((await cpuSeconds(server.adminPort)) - cpuBefore) / seconds;
    const figures = [0.5, 0.99, 1].map((share) => quantile(took, share).toFixed(1));
    return `| ${[name, cores, took.length, ...figures, used.toFixed(2)].join(" | ")} |`;
  } finally {
    generator?.process.kill("SIGKILL");
    server.process.kill("SIGKILL");
    await Promise.all([server.process.exited, generator?.process.exited]);
    if (group !== null) rmdirSync(group);
  }
}

/** A cgroup that gets this share of one core. */
function makeGroup(cores: number): string {
  const group = join(CPU_CGROUPS, `scale-chat-bench-${process.pid}`);
  mkdirSync(group);
  writeFileSync(join(group, "cpu.cfs_period_us"), `${PERIOD_US}`);
  writeFileSync(join(group, "cpu.cfs_quota_us"), `${PERIOD_US * cores}`);
  return group;
}

async function startServer(program: string[]) {
  const ports = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--log-format", "json"];
  const process = Bun.spawn([...program, "serve", ...ports], { stdout: "pipe", stderr: "inherit" });
  let said = "";
  for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
    said += chunk;
    if (said.includes('"listening"') && said.endsWith("\n")) break;
  }
  const line = said.split("\n").find((text) => text.includes('"listening"'))!;
  const { port, admin_port } = JSON.parse(line) as { port: number; admin_port: number };
  return { process, port, adminPort: admin_port };
}

function flood(port: number, { rooms, size, intervalMs }: Load) {
  const crowd = ["--rooms", `${rooms}`, "--room-size", `${size}`, "--interval", `${intervalMs}ms`];
  const time = ["--duration", `${seconds + 4}s`, "--ramp", "1s", "--size", "100"];
  const process = Bun.spawn(
    [
      PROGRAM,
      "loadtest",
      "--url",
      `ws://127.0.0.1:${port}`,
      ...crowd,
      ...time,
      "--out",
      "/dev/null",
      "--json",
    ],
    { stdout: "pipe", stderr: "ignore" },
  );
  const received = process.stdout
    .text()
    .then((text) =>
      text === "" ? 0 : (JSON.parse(text) as { runs: [{ received: number }] }).runs[0].received,
    );
  return { process, received };
}

async function scrape(adminPort: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
}

async function cpuSeconds(adminPort: number): Promise<number> {
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(await scrape(adminPort))![1]);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
