import { formatCount } from "../../src/lib/format.ts";
import { drawTable } from "../../src/lib/table.ts";
import { readArguments } from "../arguments.ts";
import { fuzz, type Outcome } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

const values = readArguments("fuzz", {
  cases: { type: "string", default: "1000000" },
  seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
  target: { type: "string", multiple: true, default: Object.keys(TARGETS) },
  only: { type: "string" },
});

const number = (name: "cases" | "seed" | "only"): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`fuzz: --${name} ${values[name]}: not a whole number`);
  process.exit(2);
};
for (const name of values.target) {
  if (Object.hasOwn(TARGETS, name)) continue;
  console.error(`fuzz: --target ${name}: there is none; allowed: ${Object.keys(TARGETS).join(", ")}`);
  process.exit(2);
}

const [cases, seed] = [number("cases"), number("seed")];
console.log(`seed ${seed}`);
const names = values.target;
const weights = names.reduce((sum, name) => sum + TARGETS[name]!.weight, 0);
const outcomes: Array<[target: string, outcome: Outcome]> = [];
for (const name of names) {
  const { open, weight } = TARGETS[name]!;
  const count = Math.ceil((cases * weight) / weights);
  const target = await open();
  const outcome =
    values.only === undefined ? await fuzz(target, seed, count) : await fuzz(target, seed, 1, number("only"));
  outcomes.push([name, outcome]);
  console.error(`${name}: ${formatCount(outcome.cases)} cases in ${outcome.seconds.toFixed(0)} s`);
  for (const { number, problem, input } of outcome.failures) {
    console.error(`${name}: ${problem}\n  ${input}`);
    if (number !== null)
      console.error(`  again: scripts/fuzz --seed ${seed} --target ${name} --only ${number}`);
  }
}
console.log(
  drawTable(
    ["target", "cases", "seconds", "failures", "memory, warm", "at the end"],
    outcomes.map(([target, { cases, seconds, failures, memory }]) => [
      target,
      formatCount(cases),
      seconds.toFixed(1),
      String(failures.length),
      mebibytes(memory.warm),
      mebibytes(memory.end),
    ]),
    ["cases", "seconds", "failures", "memory, warm", "at the end"],
  ),
);
const all = outcomes.reduce((sum, [, { cases }]) => sum + cases, 0);
const failed = outcomes.reduce((sum, [, { failures }]) => sum + failures.length, 0);
console.log(`${formatCount(all)} cases, ${failed} failures`);
if (failed > 0) process.exitCode = 1;

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
