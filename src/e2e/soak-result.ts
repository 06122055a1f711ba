import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COUNTED, type HistoryEvent, type Verdict } from "./history-checker.ts";
import type { Fault, FaultKind } from "./soak-plan.ts";

/** Where the messages are kept. */
export const OVER = ["durable", "redis", "cluster"] as const;
export type Over = (typeof OVER)[number];

export interface SoakOptions {
  seed: number;
  over: Over;
  /** Messages of each room that the log keeps. */
  kept: number;
  /** How long faults are injected; catching up comes on top. */
  durationMs: number;
  rooms: number;
  clientsPerRoom: number;
  /** Messages a second, over all clients. */
  rate: number;
  /** Between two faults, in the mean. */
  meanPauseMs: number;
  /** The fault that comes first, where it may not be left to chance that it comes. */
  first?: FaultKind;
  /** Called about once in five seconds. */
  onProgress?: (progress: SoakProgress) => void;
}

export interface SoakProgress {
  elapsedMs: number;
  published: number;
  /** Messages that came to clients, each once to each. */
  deliveries: number;
  faults: Partial<Record<FaultKind, number>>;
}

export interface SoakResult extends SoakProgress {
  verdict: Verdict;
  /** Clients that the server closed because they did not read. */
  slowReaders: number;
  /** Times that a client was sent to another server by its own. */
  redirects: number;
  /** Messages that were refused for the moment, each time, and sent again. */
  refusals: number;
  /** Times that the log was lost, or may have been. */
  losses: number;
  /** Gaps that clients were told of. */
  reportedGaps: number;
  /** Whatever else should not have happened, in words. */
  problems: string[];
  history: readonly HistoryEvent[];
  /** What was done, and when it was. */
  injected: readonly Fault[];
}

/** Nothing went wrong, and gaps were told only of what the log did not hold any more. */
export function isClean({ verdict, problems }: SoakResult): boolean {
  return COUNTED.every((kind) => verdict[kind] === 0) && problems.length === 0;
}

/** The result as lines of a name and a figure, then what was wrong. */
export function render(options: SoakOptions, result: SoakResult): string {
  const { verdict, problems, faults } = result;
  const kinds = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  const rows: Array<[string, string | number]> = [
    ["seed", options.seed],
    ["over", options.over],
    ["messages kept", options.kept],
    ["seconds", Math.round(result.elapsedMs / 1000)],
    ["messages", result.published],
    ["deliveries", result.deliveries],
    ["faults", kinds.join(", ")],
    ["slow readers closed", result.slowReaders],
    ["redirects", result.redirects],
    ["refused for a while", result.refusals],
    ["losses of the log", result.losses],
    ["gaps reported", `${result.reportedGaps}, of these needless ${verdict.needlessGaps}`],
    ["lost", verdict.lost],
    ["repeated", verdict.repeated],
    ["reordered", verdict.reordered],
    ["unreported gaps", verdict.unreportedGaps],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(20)} ${value}`);
  return [...table, ...[...problems, ...verdict.details].map((text) => `! ${text}`)].join("\n");
}

/** Writes down everything that happened, in the order of its time; answers with the name of the file. */
export function dump({ seed }: SoakOptions, { history, injected }: SoakResult): string {
  const file = join(tmpdir(), `scale-chat-soak-${seed}.jsonl`);
  const all = [...history, ...injected].sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
  writeFileSync(file, all.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return file;
}
