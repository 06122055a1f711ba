import { PROGRAM } from "../../../src/e2e/harness.ts";
import { threeDigits } from "../../../src/lib/format.ts";
import { missingCommand } from "../contestants/contestant.ts";
import { spreadOf } from "../figures/spread.ts";
import type { Entrant, Row } from "../row.ts";

const STARTS = 15;

/** How soon the program answers. */
export const startUp: Row = {
  id: "P9",
  title: "start-up",
  method: `${STARTS} times in a row, from the start of the process to its end.`,
  aims: [{ text: "40 ms", key: "median", atMost: 40 }],
  repeat: 3,
  columns: [
    { key: "median", head: "median ms", format: threeDigits },
    { key: "fastest", head: "fastest ms", format: threeDigits },
    { key: "slowest", head: "slowest ms", format: threeDigits },
  ],
  entrants: [
    { ...starting("scale-chat --version", [PROGRAM, "--version"], null), isOurs: true },
    starting("Node with an empty program", ["node", "--eval", "0"], missingCommand("node", "nodejs")),
    starting("Bun with an empty program", [process.execPath, "--eval", "0"], null),
  ],
};

function starting(name: string, command: string[], missing: string | null): Entrant {
  return {
    ...{ name, missing, isOurs: false },
    async measure() {
      const times: number[] = [];
      while (times.length < STARTS) {
        const start = performance.now();
        const { exitCode } = Bun.spawnSync(command);
        times.push(performance.now() - start);
        if (exitCode !== 0) throw new Error(`${name}: exit code ${exitCode}`);
      }
      const { median, min, max } = spreadOf(times)!;
      return { figures: { median, fastest: min, slowest: max } };
    },
  };
}
