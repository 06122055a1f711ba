/** The soak as a program: see scripts/soak. */
import { parseArgs } from "node:util";
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
const number = (option: keyof typeof values): number => {
  const value = Number(values[option]);
  if (value > 0 || (option === "seed" && value === 0)) return value;
  throw new Error(`--${option} ${values[option]}: a number above 0`);
};

const aborter = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => aborter.abort());

const seed = number("seed");
console.error(`seed ${seed}`);
const result = await soak(
  {
    seed,
    durationMs: number("minutes") * 60_000,
    rooms: number("rooms"),
    clientsPerRoom: number("clients"),
    rate: number("rate"),
    meanPauseMs: number("pause"),
    onProgress: (progress) => console.error(line(progress)),
  },
  aborter.signal,
);
console.log(render(result));
const isClean = COUNTED.every((kind) => result.verdict[kind] === 0);
process.exitCode = isClean && result.reportedGaps === 0 && result.problems.length === 0 ? 0 : 1;

function line({ elapsedMs, published, deliveries, faults }: SoakProgress): string {
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${Math.round(elapsedMs / 1000)} s: ${published} messages, ${deliveries} deliveries, ${injected} faults`;
}

function render({ verdict, slowReaders, reportedGaps, problems, ...progress }: SoakResult): string {
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
