import { formatCount, threeDigits } from "../../../src/lib/format.ts";
import type { RoomOutcome } from "../loads/room-load.ts";
import { DISTURBANCE_PERCENT, type Found } from "../loads/search.ts";
import type { Column } from "../row.ts";

const MIB = 2 ** 20;

/** The columns of what every search finds; a row names those that it shows. */
export const FOUND = {
  deliveries: count("deliveries", "deliveries/s"),
  came: count("came", "most that came/s, however late"),
  frames: count("frames", "frames/s"),
  p50: { key: "p50", head: "p50 ms", format: threeDigits },
  p99: { key: "p99", head: "p99 ms", format: threeDigits },
  server: count("server", "server CPU %"),
  generator: count("generator", "generator CPU %"),
  others: count("others", "others CPU %"),
  serverMiB: count("serverMiB", "server MiB"),
  machineMiB: count("machineMiB", "machine MiB"),
} satisfies Record<string, Column>;

export function count(key: string, head: string): Column {
  return { key, head, format: formatCount };
}

/** How a search goes, as a sentence or two of a row's method; `load`: what is doubled. */
export function describeSearch(load: string, mostMs: number): string {
  return (
    `The ${load} is doubled or halved, then bisected, and the highest that held in the few load tests of this run is ` +
    `told: p99 from the scheduled time at most ${mostMs} ms, nothing lost or repeated. What did not hold while others used more ` +
    `than ${DISTURBANCE_PERCENT} % of a core is tried again, a few times.`
  );
}

/** The load test that is told: of the highest load that held, or of the lowest that was tried. */
export function shownOf<Outcome extends RoomOutcome>({ good, bad, outcomes }: Found<Outcome>): Outcome {
  return outcomes.get(good ?? bad!)!;
}

/** The figures under `FOUND`; `sendingSeconds`: for how long each load test sent. */
export function figuresOf(found: Found, sendingSeconds: number): Record<keyof typeof FOUND, number | null> {
  const shown = shownOf(found);
  const rates = [...found.outcomes.values()].map(deliveryRate);
  return {
    deliveries: found.good === null ? 0 : deliveryRate(shown),
    came: Math.max(...rates),
    frames: shown.frames === null ? null : shown.frames / sendingSeconds,
    ...{ p50: shown.p50, p99: shown.p99 },
    ...{ server: shown.cpuPercent, generator: shown.generatorPercent, others: shown.othersPercent },
    ...{ serverMiB: shown.serverBytes / MIB, machineMiB: shown.machineBytes / MIB },
  };
}

/** What held, what did not, and what the load test says was the limit there; `unit`: of the load, such as `/s`. */
export function noteOf({ good, bad, outcomes }: Found, unit: string): string {
  if (bad === null) return `held at ${formatCount(good!)}${unit}, the highest that was tried`;
  const { p99, lost, repeated, limit, cpuPercent, othersPercent, processes } = outcomes.get(bad)!;
  const how =
    `p99 ${p99 === null ? "–" : threeDigits(p99)} ms` +
    (lost === 0 ? "" : `, ${formatCount(lost)} lost`) +
    (repeated === 0 ? "" : `, ${formatCount(repeated)} repeated`);
  const first = good === null ? "nothing held, not even" : "did not hold";
  return (
    `${first} ${formatCount(bad)}${unit}: ${how}; server up to ${cpuPercent.toFixed(0)} % of a core, ` +
    `others ${othersPercent.toFixed(0)} %, ` +
    `${processes} generator${processes === 1 ? "" : "s"}; ${limit}`
  );
}

function deliveryRate({ received, spanMs }: RoomOutcome): number {
  return spanMs === 0 ? 0 : (1000 * received) / spanMs;
}
