import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM } from "../../src/e2e/harness.ts";
import { messageOf } from "../../src/lib/errors.ts";
import { formatPercent } from "../../src/lib/format.ts";
import { readArguments } from "../arguments.ts";
import { calm } from "./calm.ts";
import { ControlGroup } from "./control-group.ts";
import { ORIGINAL } from "./original.ts";
import { type SweptRun, tableOf } from "./table.ts";
import { type LimitedTest, TESTS } from "./tests.ts";
import { Usage } from "./usage.ts";

const values = readArguments("experiment", {
  tests: { type: "string", default: "1,2,3,4" },
  dialect: { type: "string", default: "plain" },
  duration: { type: "string", default: "25s" },
  out: { type: "string", default: `results/experiment-${new Date().toISOString().slice(0, 19)}` },
  /** Seconds to wait for a quiet machine before each test. */
  patience: { type: "string", default: "120" },
});

/** Before whatever else the machine has to do, as the servers are: a generator that waits is late. */
const FIRST = ["nice", "-n", "-15"];

/** The load test that runs now; a signal ends it, and by that everything. */
let sweep: Bun.Subprocess | null = null;
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    stopped = true;
    sweep?.kill("SIGINT");
  });
}

try {
  for (const number of values.tests.split(",")) {
    const test = TESTS[number];
    if (test === undefined) throw new Error(`--tests ${values.tests}: ${Object.keys(TESTS).join(", ")}`);
    const busy = await calm(Number(values.patience) * 1000);
    if (!stopped) await perform(number, test, busy);
  }
} catch (error) {
  console.error(`experiment: ${messageOf(error)}`);
  process.exitCode = 1;
}

/** Runs one test, and prints its table. `busy`: the share of this machine that was in use before. */
async function perform(
  number: string,
  { title, limits, start, sweep: axes }: LimitedTest,
  busy: number,
): Promise<void> {
  const group = new ControlGroup(limits);
  try {
    const servers = await start(group);
    const usage = new Usage(group);
    const folder = join(values.out, `test-${number}`);
    try {
      await load(servers.urls, axes, folder, join(values.out, `charts-${number}`));
    } finally {
      usage.end();
      await servers.stop();
    }
    const { runs } = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as { runs: SweptRun[] };
    const table = tableOf(runs, {
      original: ORIGINAL[number] ?? {},
      usage: (from, to) => usage.between(from, to),
    });
    const facts = [
      `${values.dialect} dialect, ${values.duration} each`,
      `most memory in the group ${Math.round(group.memoryPeak() / 2 ** 20)} MiB`,
      `${formatPercent(Math.round(busy * 100) / 100)} of this machine in use before`,
    ].join("; ");
    const text = `## Test ${number}. ${title}\n\n${facts}\n\n${table}\n`;
    writeFileSync(join(folder, "table.md"), text);
    console.log(text);
  } finally {
    group.remove();
  }
}

async function load(urls: readonly string[], axes: string, folder: string, charts: string): Promise<void> {
  const where = [...urls.flatMap((url) => ["--url", url]), "--dialect", values.dialect];
  const times = ["--duration", values.duration, "--warmup", "3s", "--cool-down", "3s"];
  const output = ["--out", folder, "--svg", charts, "--limit", "2s", "--processes", "1"];
  sweep = Bun.spawn([...FIRST, PROGRAM, "loadtest", ...where, "--sweep", axes, ...times, ...output], {
    stdout: "ignore",
    stderr: "inherit",
  });
  // Not 0 where a run lost something, which is what these tests are about.
  await sweep.exited;
  sweep = null;
}
