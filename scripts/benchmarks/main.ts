/** The program behind `scripts/bench`, which says how it is called. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROGRAM } from "../../src/e2e/harness.ts";
import { formatWait } from "../../src/lib/format.ts";
import { withFigures } from "./figures/document.ts";
import { describeMachine } from "./figures/machine.ts";
import { renderRow } from "./figures/render.ts";
import { FULL, QUICK } from "./row.ts";
import { chosen } from "./rows.ts";
import { measureRow } from "./turns.ts";

const PAGE = join(import.meta.dir, "../../docs/benchmarks.md");

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    runs: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const usual = values.quick ? QUICK : FULL;
const effort = values.runs === undefined ? usual : { ...usual, runs: Number(values.runs) };
if (!Number.isInteger(effort.runs) || effort.runs < 1) {
  throw new Error(`--runs ${values.runs}: not a number of runs; try 3`);
}
const rows = chosen(values.only);

const begun = performance.now();
const parts = [describeMachine(PROGRAM).join("\n")];
console.log(parts[0]);
for (const row of rows) {
  const outcomes = await measureRow(row, effort, (line) => console.error(line));
  const part = renderRow(row, outcomes);
  console.log(`\n${part}`);
  parts.push(part);
}
const took = formatWait(performance.now() - begun);
const command = ["scripts/bench", ...process.argv.slice(2)].join(" ");
parts.splice(1, 0, `\`${command}\`, ${new Date().toISOString().slice(0, 10)}: ${took}.`);
console.error(`\n${took}`);
if (values.write) writeFileSync(PAGE, withFigures(readFileSync(PAGE, "utf8"), parts.join("\n\n")));
