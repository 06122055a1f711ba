import { NOT_OVER } from "../results/notes.ts";
import type { RunSummary } from "../results/summary.ts";
import { RunAggregate } from "./aggregate/run-aggregate.ts";
import type { Input } from "./inputs.ts";
import { namedError } from "./read/named-error.ts";
import { type Bytes, fileBytes } from "./read/open.ts";
import { type ReadOutcome, readResults } from "./read/read-results.ts";
import { scanFile } from "./scan/scan-file.ts";
import { noScanners, ScannerProcesses, type ScannerProgram } from "./scan/scanners.ts";

export interface ReadOptions {
  /** Milliseconds from the beginning of each run, in place of what its file says. */
  warmup?: number | undefined;
  /** What may help with large files. */
  scanner?: ScannerProgram | undefined;
}

/** A run, and what is missing at the end of its file, after a line number, if something is. */
export interface RunOnDisk {
  run: RunSummary;
  damage: string | null;
}

/** Reads and summarises a run. Throws `OperationError`, which names the file and the line. */
export async function readRun(
  input: Input,
  stdin: Bytes,
  percents: readonly number[],
  options: ReadOptions,
): Promise<RunOnDisk> {
  const { aggregate, outcome } = await read(input, stdin, options);
  const found = summarise(input, aggregate, outcome, percents);
  // Among the notes of the run it stands already.
  if (found.damage !== null || aggregate.isOver) return found;
  return { ...found, damage: `${outcome.lines}: ${NOT_OVER}` };
}

/** What was read so far, as a report shows it. */
export function summarise(
  input: Input,
  aggregate: RunAggregate,
  { cut, lines }: ReadOutcome,
  percents: readonly number[],
): RunOnDisk {
  const run = aggregate.close(input.label, input, percents, cut);
  const shortfall = aggregate.shortfall();
  const damages = [
    ...(cut ? ["the last line was cut short and is left out"] : []),
    ...(shortfall === null ? [] : [shortfall]),
  ];
  if (damages.length === 0) return { run, damage: null };
  return {
    run: { ...run, notes: [...run.notes, ...damages] },
    damage: `${cut ? lines + 1 : lines}: ${damages.join("; ")}`,
  };
}

/** The fast way where it can be gone, else row by row. */
async function read(
  { path, name }: Input,
  stdin: Bytes,
  { warmup, scanner }: ReadOptions,
): Promise<{ aggregate: RunAggregate; outcome: ReadOutcome }> {
  try {
    if (path !== null) {
      const aggregate = new RunAggregate(warmup);
      const scanners = scanner === undefined ? noScanners : new ScannerProcesses(scanner);
      const outcome = await scanFile(path, aggregate, scanners);
      if (outcome !== null) return { aggregate, outcome };
    }
    const aggregate = new RunAggregate(warmup);
    return { aggregate, outcome: await readResults(path === null ? stdin : fileBytes(path), aggregate) };
  } catch (error) {
    throw namedError(name, error);
  }
}
