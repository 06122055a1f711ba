/** The soak as a program: see scripts/soak. */
import { parseArgs } from "node:util";
import { messageOf } from "../lib/errors.ts";
import { soak } from "./soak.ts";
import {
  dump,
  isClean,
  OVER,
  type Over,
  render,
  type SoakOptions,
  type SoakProgress,
} from "./soak-result.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 32)}` },
    over: { type: "string", default: "durable" },
    // Of minutes: far more than any client misses.
    history: { type: "string", default: "5000" },
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
  const options: SoakOptions = {
    seed: number("seed", 0),
    over: over(),
    kept: number("history", 1),
    durationMs: number("minutes") * 60_000,
    rooms: number("rooms"),
    clientsPerRoom: number("clients", 2),
    rate: number("rate"),
    meanPauseMs: number("pause", 1),
    onProgress: (progress) => console.error(line(progress)),
  };
  console.error(`seed ${options.seed}`);
  const result = await soak(options, aborter.signal);
  console.log(render(options, result));
  if (!isClean(result)) {
    console.log(`! everything that happened stands in ${dump(options, result)}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`soak: ${messageOf(error)}`);
  process.exitCode = 1;
}

function number(option: keyof typeof values, lowest = 0.01): number {
  const value = Number(values[option]);
  if (value >= lowest) return value;
  throw new Error(`--${option} ${values[option]}: not a number from ${lowest}`);
}

function over(): Over {
  const found = OVER.find((name) => name === values.over);
  if (found !== undefined) return found;
  throw new Error(`--over ${values.over}: not one of ${OVER.join(", ")}`);
}

function line({ elapsedMs, published, deliveries, faults }: SoakProgress): string {
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${Math.round(elapsedMs / 1000)} s: ${published} messages, ${deliveries} deliveries, ${injected} faults`;
}
