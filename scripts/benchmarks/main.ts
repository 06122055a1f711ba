/** The program behind `scripts/bench`, which says how it is called. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM } from "../../src/e2e/harness.ts";
import { UsageError } from "../../src/lib/errors.ts";
import { formatWait } from "../../src/lib/format.ts";
import { withFigures } from "./figures/document.ts";
import { describeMachine } from "./figures/machine.ts";
import { renderRow } from "./figures/render.ts";
import { type Options, parseOptions } from "./options.ts";
import { ROWS } from "./rows.ts";
import { measureRow } from "./turns.ts";

const PAGE = join(import.meta.dir, "../../docs/benchmarks.md");

const args = process.argv.slice(2);
try {
  await main(parseOptions(args, ROWS));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

async function main({ rows, effort, write }: Options): Promise<void> {
  const begun = performance.now();
  const machine = describeMachine(PROGRAM).join("\n");
  const caveat = effort.caveat === null ? [] : [effort.caveat];
  console.log([machine, ...caveat].join("\n\n"));
  const parts: string[] = [];
  for (const row of rows) {
    const outcomes = await measureRow(row, effort, (line) => console.error(line));
    const part = renderRow(row, outcomes);
    console.log(`\n${part}`);
    parts.push(part);
  }
  const day = new Date().toISOString().slice(0, 10);
  const took = formatWait(performance.now() - begun);
  const command = `\`${["scripts/bench", ...args].join(" ")}\` on ${day}, ${took}.`;
  console.error(`\n${took}`);
  if (!write) return;
  const text = [command, machine, ...caveat, ...parts].join("\n\n");
  writeFileSync(PAGE, withFigures(readFileSync(PAGE, "utf8"), text));
}
