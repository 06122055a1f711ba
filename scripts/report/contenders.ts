import { join } from "node:path";
import { PROGRAM } from "../../src/e2e/harness.ts";

/** Of received - sent. */
export const PERCENTS = [50, 90, 95, 99, 99.9];

/** The two forms of a results file. */
export type Form = "new" | "old";

export interface Answer {
  count: number;
  /** Microseconds, as `PERCENTS`. */
  percentiles: number[];
}

/** A program that answers the question after the exact `PERCENTS` of a results file. */
export interface Contender {
  name: string;
  command: (path: string, form: Form) => string[];
  read: (stdout: string) => Answer;
}

export const OURS: Contender = {
  name: "scale-chat report",
  command: (path) => [PROGRAM, "report", path, "--format", "json", "--percentiles", PERCENTS.join(",")],
  read(stdout) {
    const { count, percentiles } = JSON.parse(stdout).runs[0].latency.from_sent;
    return { count, percentiles: PERCENTS.map((percent) => Math.round(percentiles[percent] * 1000)) };
  },
};

export const PEERS = [scripted("DuckDB", "duckdb.ts"), scripted("papaparse and a map", "papaparse.ts")];

function scripted(name: string, script: string): Contender {
  return {
    name,
    command: (path, form) => [
      process.execPath,
      join(import.meta.dir, script),
      path,
      form,
      PERCENTS.join(","),
    ],
    read: (stdout) => JSON.parse(stdout) as Answer,
  };
}
