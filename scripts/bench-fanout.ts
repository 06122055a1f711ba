#!/usr/bin/env bun
/**
 * Fan-out in one room, in the plain dialect, beside two peers in the same run: the same load, one server after
 * the other, generator and server on this machine. Prints a Markdown table.
 *
 *     scripts/bun scripts/bench-fanout.ts [--clients 1000] [--rate 300] [--size 100] [--seconds 15]
 */
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const HERE = import.meta.dir;
const PROGRAM = join(HERE, "../dist/scale-chat");

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1000" },
    rate: { type: "string", default: "300" },
    size: { type: "string", default: "100" },
    seconds: { type: "string", default: "15" },
  },
});
const [clients, rate, size, seconds] = [values.clients, values.rate, values.size, values.seconds].map(
  Number,
) as [number, number, number, number];

interface Contestant {
  name: string;
  command: string[];
  /** Reads the port out of what the server prints. */
  port: RegExp;
}

const CONTESTANTS: Contestant[] = [
  {
    name: "scale-chat serve",
    command: [
      PROGRAM,
      "serve",
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--admin-port",
      "0",
      "--log-format",
      "json",
    ],
    port: /"port":(\d+)/,
  },
  {
    name: "Bun, bare publish",
    command: [process.execPath, join(HERE, "peers/bun-publish.ts")],
    port: /^(\d+)/,
  },
  { name: "Node, ws", command: ["node", join(HERE, "peers/node-ws.mjs")], port: /^(\d+)/ },
];

interface Latency {
  percentiles: Record<string, number>;
}
interface Run {
  received: number;
  /** A fraction; repeated deliveries do not hide a loss. */
  loss: number | null;
  latency: { from_scheduled: Latency; from_sent: Latency };
  notes: string[];
}

console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; server and generator on the same machine`);
console.log(
  `1 room x ${clients} clients, ${rate} messages/s of ${size} B in, ${clients * rate} deliveries/s out, ${seconds} s\n`,
);
console.log(
  "| server | deliveries | loss | p50 ms | p99 ms | p99 from sent ms | server CPU s | server MiB | generator MiB |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const contestant of CONTESTANTS) {
  if (Bun.which(contestant.command[0]!) === null) console.log(`| ${contestant.name} | not installed here |`);
  else console.log(await measure(contestant));
}

async function measure({ name, command, port }: Contestant): Promise<string> {
  const server = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  let generated: { run: Run; maxRSS: number };
  try {
    const greeting = new TextDecoder().decode((await server.stdout.getReader().read()).value);
    generated = await generate(`ws://127.0.0.1:${port.exec(greeting)![1]}`);
  } finally {
    server.kill();
    await server.exited;
  }

  const { run, maxRSS } = generated;
  const { from_scheduled: scheduled, from_sent: sent } = run.latency;
  const usage = server.resourceUsage()!;
  const cells = [
    name,
    run.received.toLocaleString("en"),
    run.loss === null ? "n/a" : `${(run.loss * 100).toFixed(2)} %`,
    scheduled.percentiles["50"],
    scheduled.percentiles["99"],
    sent.percentiles["99"],
    (Number(usage.cpuTime.total) / 1e6).toFixed(1),
    Math.round(usage.maxRSS / 2 ** 20),
    Math.round(maxRSS / 2 ** 20),
  ];
  for (const note of run.notes) console.error(`${name}: ${note}`);
  return `| ${cells.join(" | ")} |`;
}

async function generate(url: string): Promise<{ run: Run; maxRSS: number }> {
  const interval = `${(clients * 1000) / rate}`.slice(0, 10);
  const load = ["--rooms", "1", "--room-size", `${clients}`, "--size", `${size}`, "--dialect", "plain"];
  const time = ["--interval", `${interval}ms`, "--duration", `${seconds}s`, "--ramp", "3s"];
  const generator = Bun.spawn(
    [PROGRAM, "loadtest", "--url", url, ...load, ...time, "--out", "/dev/null", "--json"],
    {
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  const { runs } = JSON.parse(await generator.stdout.text()) as { runs: Run[] };
  await generator.exited;
  return { run: runs[0]!, maxRSS: generator.resourceUsage()!.maxRSS };
}
