/** The program behind `scripts/bench`, which says how it is called. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM } from "../../src/e2e/harness.ts";
import { UsageError } from "../../src/lib/errors.ts";
import { formatDuration, formatPercent, formatWait } from "../../src/lib/format.ts";
import { withFigures } from "./figures/document.ts";
import { describeMachine } from "./figures/machine.ts";
import { renderRow } from "./figures/render.ts";
import { measureGrowth } from "./growth/growth.ts";
import { renderGrowth } from "./growth/render.ts";
import { type Options, parseOptions } from "./options.ts";
import { ROWS } from "./rows.ts";
import { measureRow } from "./turns.ts";

const DOCS = join(import.meta.dir, "../../docs");
const PAGE = join(DOCS, "benchmarks.md");
/** Of the charts, in `DOCS`. */
const CHARTS = "growth";

const args = process.argv.slice(2);
try {
  await main(parseOptions(args, ROWS));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

async function main(options: Options): Promise<void> {
  const { growth, write } = options;
  const begun = performance.now();
  const day = new Date().toISOString().slice(0, 10);
  const machine = describeMachine(PROGRAM).join("\n");
  console.log(machine);
  const parts = growth ? await growthParts(options) : await rowParts(options);
  const took = formatWait(performance.now() - begun);
  console.error(`\n${took}`);
  if (!write) return;
  const command = `\`${["scripts/bench", ...args].join(" ")}\` on ${day}, ${took}.`;
  const text = [command, machine, ...parts].join("\n\n");
  const place = growth ? "scripts/bench --growth" : "scripts/bench";
  writeFileSync(PAGE, withFigures(readFileSync(PAGE, "utf8"), place, text));
}

async function rowParts({ rows, effort }: Options): Promise<string[]> {
  const parts: string[] = [];
  const add = (part: string) => {
    console.log(`\n${part}`);
    parts.push(part);
  };
  if (effort.caveat !== null) add(effort.caveat);
  for (const row of rows) add(renderRow(row, await measureRow(row, effort, say)));
  return parts;
}

async function growthParts({ effort, write }: Options): Promise<string[]> {
  const { growths, idle } = await measureGrowth(effort, say);
  const parts = growths.map((growth) => renderGrowth(growth, CHARTS));
  if (write) {
    const folder = join(DOCS, CHARTS);
    mkdirSync(folder, { recursive: true });
    for (const { file, svg } of parts) writeFileSync(join(folder, file), `${svg}\n`);
  }
  const { runs, times } = effort;
  const texts = [
    `Load tests of ${formatDuration(times.duration)} after ${formatDuration(times.warmup)} of warm-up, each point ` +
      `${runs === 1 ? "once" : `${runs} times: medians, with the least and the most`}. What a server does that nobody ` +
      `uses, ${formatPercent(Number(idle.toFixed(4)))} of a core, is not counted.`,
    ...parts.map(({ text }) => text),
  ];
  console.log(`\n${texts.join("\n\n")}`);
  return texts;
}

function say(line: string): void {
  console.error(line);
}
