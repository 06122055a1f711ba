import { messageOf } from "../../src/lib/errors.ts";
import type { Effort, Entrant, Measurement, Outcome, Row } from "./row.ts";

/**
 * Measures ours and as many peers as are asked for, in turns: a machine that is slower for a while is so for all.
 * Every other run goes backwards, so that nobody always comes first. One that fails once has no figures of that run,
 * and says why.
 */
export async function measureRow(row: Row, effort: Effort, say: (line: string) => void): Promise<Outcome[]> {
  const { id, entrants, repeat } = row;
  const peers = entrants.filter(({ isOurs }) => !isOurs).slice(0, effort.peers);
  const asked = entrants.filter((entrant) => entrant.isOurs || peers.includes(entrant));
  const measured = new Map<Entrant, Measurement[]>(asked.map((entrant) => [entrant, []]));
  const runs = effort.runs * repeat;
  const present = asked.filter(({ missing }) => missing === null);
  const tidyUp = row.prepare?.();
  try {
    for (let run = 0; run < runs; run++) {
      for (const entrant of run % 2 === 0 ? present : present.toReversed()) {
        say(`${id}, run ${run + 1} of ${runs}: ${entrant.name}`);
        const measurement = await entrant
          .measure(effort)
          .catch((error: unknown) => ({ figures: {}, note: `failed: ${messageOf(error)}` }));
        measured.get(entrant)!.push(measurement);
      }
    }
  } finally {
    tidyUp?.();
  }
  return asked.map((entrant) => ({ entrant, measurements: measured.get(entrant)! }));
}
