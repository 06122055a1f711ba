import { PROGRAM, start } from "../../../src/e2e/harness.ts";
import { threeDigits } from "../../../src/lib/format.ts";
import { freePort, missingCommand } from "../contestants/contestant.ts";
import { spreadOf } from "../figures/spread.ts";
import type { Entrant, Row } from "../row.ts";

const STARTS = 15;
const PATIENCE_MS = 10_000;

/** How soon the program answers. */
export const startUp: Row = {
  id: "P9",
  title: "start-up",
  method:
    `${STARTS} times in a row, from the start of the process to its end, of a server to its first answer. ` +
    "`--version` loads no command, `--help` the options of all, and `serve` a server.",
  aims: [{ text: "--version in 40 ms", key: "median", atMost: 40 }],
  repeat: 3,
  columns: [
    { key: "median", head: "median ms", format: threeDigits },
    { key: "fastest", head: "fastest ms", format: threeDigits },
    { key: "slowest", head: "slowest ms", format: threeDigits },
  ],
  entrants: [
    { ...starting("scale-chat --version", null, toEnd([PROGRAM, "--version"])), isOurs: true },
    starting("Node with an empty program", missingCommand("node", "nodejs"), toEnd(["node", "--eval", "0"])),
    starting("Bun with an empty program", null, toEnd([process.execPath, "--eval", "0"])),
    starting("scale-chat --help", null, toEnd([PROGRAM, "--help"])),
    starting("scale-chat serve, until /healthz answers", null, toHealth),
  ],
};

/** `once`: how long one start takes, milliseconds. */
function starting(name: string, missing: string | null, once: () => Promise<number>): Entrant {
  return {
    ...{ name, missing, isOurs: false },
    async measure() {
      const times: number[] = [];
      while (times.length < STARTS) times.push(await once());
      const { median, min, max } = spreadOf(times)!;
      return { figures: { median, fastest: min, slowest: max } };
    },
  };
}

function toEnd(command: string[]): () => Promise<number> {
  return async () => {
    const begin = performance.now();
    const { exitCode } = Bun.spawnSync(command);
    const took = performance.now() - begin;
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}`);
    return took;
  };
}

async function toHealth(): Promise<number> {
  const port = freePort();
  const begin = performance.now();
  const server = start(["serve", "--host", "127.0.0.1", "--port", `${port}`, "--admin-port", "0"]);
  try {
    for (;;) {
      // Refused at once while nobody listens, so this is off by a millisecond or two.
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      const took = performance.now() - begin;
      if (answer?.ok) return took;
      if (took > PATIENCE_MS)
        throw new Error(`no answer in ${PATIENCE_MS} ms:\n${server.stdout}${server.stderr}`);
      await Bun.sleep(1);
    }
  } finally {
    await server.kill();
  }
}
