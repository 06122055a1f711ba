import { OperationError } from "../../lib/errors.ts";
import type { RunSummary } from "../../results/summary.ts";
import type { LoadOptions } from "../options.ts";

/** One of several load tests, and what came of it. */
export interface SeriesRun {
  label: string;
  /** Its results, within the folder. */
  file: string;
  options: LoadOptions;
  /** `null` when it could not run: `problems` says why. */
  summary: RunSummary | null;
  problems: string[];
}

export interface SeriesWorld {
  /** Runs one load test and records it at `path`; throws `OperationError` when it cannot run. */
  run: (options: LoadOptions, path: string) => Promise<{ summary: RunSummary; problems: string[] }>;
  /** Waits, but not longer than until `stop`. */
  pause: (ms: number) => Promise<void>;
  /** Ends the running test before its time, and the series with it. */
  stop: Promise<unknown>;
  folder: {
    /** Where the results of the next test go: its file's name and its path. */
    place: (label: string) => { file: string; path: string };
    /** A test has been recorded. */
    keep: (run: SeriesRun) => void;
  };
}

/** A server that is away for longer than one test is not there to be measured. */
const MOST_FAILURES_IN_A_ROW = 2;

/** Load tests one after the other, with a pause between any two in which the server comes to rest. */
export class Series {
  readonly runs: SeriesRun[] = [];
  /** Why no further test is run, in a sentence; `null` while one may be. */
  ended: string | null = null;
  /** It was asked to end: its last test may have been cut short. */
  isStopped = false;
  private failures = 0;

  constructor(
    private readonly coolDownMs: number,
    private readonly world: SeriesWorld,
  ) {
    void world.stop.then(() => {
      this.isStopped = true;
      this.ended = "stopped before its end";
    });
  }

  /** Runs one more; `null` when the series has ended before there was anything to record. */
  async run(label: string, options: LoadOptions): Promise<SeriesRun | null> {
    if (this.runs.length > 0) await this.world.pause(this.coolDownMs);
    if (this.ended !== null) return null;
    const { file, path } = this.world.folder.place(label);
    const run = await this.attempt({ label, file, options }, path);
    if (run === null) return null;
    this.runs.push(run);
    if (run.summary !== null) this.world.folder.keep(run);
    return run;
  }

  private async attempt(
    about: Pick<SeriesRun, "label" | "file" | "options">,
    path: string,
  ): Promise<SeriesRun | null> {
    try {
      const { summary, problems } = await this.world.run(about.options, path);
      this.failures = 0;
      return { ...about, summary: { ...summary, label: about.label }, problems };
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      if (this.isStopped) return null; // It need not explain why it has measured nothing.
      if (++this.failures >= MOST_FAILURES_IN_A_ROW) {
        this.ended = `ended: ${this.failures} load tests in a row could not run`;
      }
      return { ...about, summary: null, problems: [error.message] };
    }
  }
}
