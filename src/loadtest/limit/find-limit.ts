import type { LoadOptions } from "../options.ts";
import { describeRates } from "../plan/planned-load.ts";
import type { Series } from "../series/series.ts";
import { describeRun } from "../series/series-words.ts";
import type { Dial } from "./dial.ts";
import { type Probe, probeOf } from "./probe.ts";
import { nextLoad } from "./search.ts";

export interface LimitParts {
  dial: Dial;
  /** A share: 0.05. */
  resolution: number;
  series: Series;
  /** Why this machine cannot run such a test, in a sentence, or `null`. */
  objection: (options: LoadOptions) => string | null;
  say: (line: string) => void;
}

/** Searches for the highest load that holds. Its tests are in `series`, which also says if it ended early. */
export async function findLimit({ dial, resolution, series, objection, say }: LimitParts): Promise<Probe[]> {
  const probes: Probe[] = [];
  const bounds = { ...dial, resolution };
  for (let load = nextLoad(probes, bounds); load !== null; load = nextLoad(probes, bounds)) {
    const options = dial.at(load);
    const label = dial.text(load);
    const beyond = objection(options);
    if (beyond !== null) {
      say(`probe ${probes.length + 1}: ${label}: ${beyond}`);
      probes.push({ load, label, result: "beyond", reasons: [beyond], generator: [] });
      continue;
    }
    say(`probe ${probes.length + 1}: ${label} (${describeRates(options)})`);
    const run = await series.run(label, options);
    // One that was cut short shows nothing.
    if (run === null || series.isStopped) break;
    for (const line of describeRun(run)) say(line);
    const probe = probeOf(load, run);
    say(`  ${probe.result}`);
    probes.push(probe);
    if (series.ended !== null) break;
  }
  return probes;
}
