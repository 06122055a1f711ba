/** The soak as a program: see scripts/soak. */
import { parseArgs } from "node:util";
import { messageOf } from "../lib/errors.ts";
import { COUNTED } from "./history-checker.ts";
import { type SoakProgress, type SoakResult, soak } from "./soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 32)}` },
    rooms: { type: "string", default: "4" },
    clients: { type: "string", default: "6" },
    rate: { type: "string", default: "200" },
    pause: { type: "string", default: "700" },
  },
});
const aborter = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => aborter.abort(new Error("interrupted")));

try {
  const options = {
    seed: number("seed", 0),
    durationMs: number("minutes") * 60_000,
    rooms: number("rooms"),
    clientsPerRoom: number("clients", 2),
    rate: number("rate"),
    meanPauseMs: number("pause", 1),
  };
  console.error(`seed ${options.seed}`);
  const onProgress = (progress: SoakProgress) => console.error(line(progress));
  const result = await soak({ ...options, onProgress }, aborter.signal);
  console.log(render(options.seed, result));
  process.exitCode = isClean(result) ? 0 : 1;
} catch (error) {
  console.error(`soak: ${messageOf(error)}`);
  process.exitCode = 1;
}

function number(option: keyof typeof values, lowest = 0.01): number {
  const value = Number(values[option]);
  if (value >= lowest) return value;
  throw new Error(`--${option} ${values[option]}: not a number from ${lowest}`);
}

function isClean({ verdict, reportedGaps, problems }: SoakResult): boolean {
  return COUNTED.every((kind) => verdict[kind] === 0) && reportedGaps === 0 && problems.length === 0;
}

function line({ elapsedMs, published, deliveries, faults }: SoakProgress): string {
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${Math.round(elapsedMs / 1000)} s: ${published} messages, ${deliveries} deliveries, ${injected} faults`;
}

function render(
  seed: number,
  { verdict, slowReaders, reportedGaps, problems, ...progress }: SoakResult,
): string {
  const rows: Array<[string, string | number]> = [
    ["seed", seed],
    ["seconds", Math.round(progress.elapsedMs / 1000)],
    ["messages", progress.published],
    ["deliveries", progress.deliveries],
    [
      "faults",
      Object.entries(progress.faults)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(", "),
    ],
    ["slow readers closed", slowReaders],
    ["gaps reported", reportedGaps],
    ["lost", verdict.lost],
    ["repeated", verdict.repeated],
    ["reordered", verdict.reordered],
    ["unreported gaps", verdict.unreportedGaps],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(20)} ${value}`);
  return [...table, ...[...problems, ...verdict.details].map((text) => `! ${text}`)].join("\n");
}
