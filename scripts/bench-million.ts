#!/usr/bin/env bun
/**
 * How many connections does one machine hold, both ends on it, while some of the clients chat? Servers of this program,
 * and clients spread over them in rooms of 100: who has come in by when, what memory they take and where that is, and then
 * latency and loss. Ends by itself before less than 2 GiB are left. Prints Markdown; fails when something was lost.
 *
 *     scripts/build && scripts/bun scripts/bench-million.ts [--clients 1000000] [--rate 1000] [--seconds 60]
 *       [--ramp 60] [--per-process 18600]
 *
 * A million needs more TCP memory than the system has by itself: the load test says so, and how root changes it.
 */
import { PROGRAM, type RunningServer } from "../src/e2e/harness.ts";
import { formatCount, threeDigits } from "../src/lib/format.ts";
import { readArguments } from "./arguments.ts";
import { connectionsOf, endServers, startServers } from "./million/fleet.ts";
import { availableBytes, type Memory, memoryOf } from "./million/machine.ts";

const values = readArguments("bench-million.ts", {
  clients: { type: "string", default: "1000000" },
  rate: { type: "string", default: "1000" },
  seconds: { type: "string", default: "60" },
  ramp: { type: "string", default: "60" },
  "per-process": { type: "string", default: "18600" },
});
const ROOM_SIZE = 100;
const [clients, rate, seconds] = [Number(values.clients), Number(values.rate), Number(values.seconds)];
const processes = Math.ceil(clients / Number(values["per-process"]));
/** Past half of the local ports to one address the kernel looks through all of that half for each connect. */
const TARGETS = "127.0.0.1,127.0.0.2";
const [KIB, GIB] = [2 ** 10, 2 ** 30];
/** With less the system would begin to end processes, and not the right ones. */
const LEAST_AVAILABLE = 2 * GIB;
/** A few may have given up on a machine that is overloaded: the load test says how many. */
const NEARLY_ALL = 0.999;
const GUARD_MS = 500;
const ROW_MS = 2000;

/** What the load test tells at its end. */
interface Summary {
  sent: number;
  expected: number;
  /** Copies included. */
  received: number;
  repeated: number;
  latency: { from_scheduled: { percentiles: Record<string, number | null> } | null };
  /** Sentences about what a reader should know. */
  notes: string[];
}

console.log(
  `${formatCount(clients)} clients in rooms of ${ROOM_SIZE}; ${processes} servers, ${processes} generators\n`,
);
const servers = await startServers(processes);
try {
  await measure(servers);
} finally {
  await endServers(servers);
}

async function measure(servers: readonly RunningServer[]): Promise<void> {
  const pids = servers.map(({ pid }) => pid);
  const before = memoryOf(pids, []);
  const generator = Bun.spawn([PROGRAM, "loadtest", ...loadOf(servers)], {
    ...{ stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  });
  const said = generator.stdout.text();
  const watching = watch(generator, servers);
  try {
    const connectedAfter = await watching.connected;
    const held = memoryOf(pids, [generator.pid]);
    await Bun.sleep((seconds * 1000) / 2);
    const chatting = memoryOf(pids, [generator.pid]);
    const [summary] = (JSON.parse(await said) as { runs: [Summary] }).runs;
    print(summary, connectedAfter, { before, held, chatting });
  } finally {
    watching.end();
    generator.kill("SIGKILL");
  }
}

function loadOf(servers: readonly RunningServer[]): string[] {
  const load = {
    ...{
      targets: TARGETS,
      spread: "rooms",
      processes,
      rooms: clients / ROOM_SIZE,
      "room-size": ROOM_SIZE,
      size: 64,
    },
    ...{ interval: `${((1000 * clients) / rate).toFixed(3)}ms`, duration: `${seconds}s`, settle: "30s" },
    ...{ ramp: `${values.ramp}s`, "connect-timeout": "15m" },
  };
  const urls = servers.map(({ port }) => ["url", `ws://127.0.0.1:${port}`]);
  const words = [...urls, ...Object.entries(load)].flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return [...words, "--no-csv", "--json"];
}

/**
 * Tells every few seconds how many have come. `connected` resolves with the seconds until all have; rejects when the load
 * test ends before, or memory does: then the load test is ended, too.
 */
function watch(generator: Bun.Subprocess, servers: readonly RunningServer[]) {
  const connected = Promise.withResolvers<number>();
  const guard = setInterval(() => {
    if (availableBytes() >= LEAST_AVAILABLE) return;
    generator.kill("SIGKILL");
    connected.reject(new Error("ended: less than 2 GiB of memory were left"));
  }, GUARD_MS);
  void generator.exited.then((code) =>
    connected.reject(new Error(`the load test ended with ${code} before all were in`)),
  );
  void tellComings(servers).then(connected.resolve, connected.reject);
  return { connected: connected.promise, end: () => clearInterval(guard) };
}

/** Resolves with the seconds until all were in. */
async function tellComings(servers: readonly RunningServer[]): Promise<number> {
  console.log("| s | connections | connects/s | GiB available |\n| --- | --- | --- | --- |");
  const startedAt = performance.now();
  let row = { at: startedAt, connections: 0 };
  while (row.connections < clients * NEARLY_ALL) {
    await Bun.sleep(ROW_MS);
    const connections = await connectionsOf(servers);
    if (connections === null) continue;
    const at = performance.now();
    const perSecond = ((connections - row.connections) * 1000) / (at - row.at);
    const cells = [formatCount(connections), formatCount(perSecond), threeDigits(availableBytes() / GIB)];
    console.log(`| ${((at - startedAt) / 1000).toFixed(0)} | ${cells.join(" | ")} |`);
    row = { at, connections };
  }
  return (row.at - startedAt) / 1000;
}

function print(
  summary: Summary,
  connectedAfter: number,
  memory: Record<"before" | "held" | "chatting", Memory>,
): void {
  const { sent, expected, received, repeated, latency, notes } = summary;
  const percentiles = latency.from_scheduled?.percentiles ?? {};
  const arrived = received - repeated;
  const lost = expected - arrived;
  const each = (bytes: number) => threeDigits(bytes / clients / KIB);
  const { before } = memory;
  console.log(`
All were in after ${connectedAfter.toFixed(0)} s.
${formatCount(sent)} messages of 64 B in ${seconds} s, ${formatCount(arrived)} of ${formatCount(expected)} deliveries, ${formatCount(lost)} lost.
From scheduled: p50 ${percentiles["50"]} ms, p99 ${percentiles["99"]} ms.

| KiB a connection | servers | of it without anyone | generators | kernel | machine GiB in all |
| --- | --- | --- | --- | --- | --- |`);
  for (const [when, what] of [
    ["held", "all are in"],
    ["chatting", "they chat"],
  ] as const) {
    const { servers, generators, kernel, machine } = memory[when];
    console.log(
      `| ${what} | ${each(servers)} | ${each(before.servers)} | ${each(generators)} | ${each(kernel - before.kernel)} | ` +
        `${threeDigits((machine - before.machine + before.servers) / GIB)} |`,
    );
  }
  console.log(notes.map((note) => `- ${note}`).join("\n"));
  if (lost > 0) process.exitCode = 1;
}
