import { parseArgs } from "node:util";
import { messageOf, UsageError } from "../../src/lib/errors.ts";
import { type Effort, FULL, QUICK, type Row } from "./row.ts";

export interface Options {
  rows: readonly Row[];
  effort: Effort;
  /** In place of the rows: how cost grows. */
  growth: boolean;
  /** Put the figures into the page, too. */
  write: boolean;
}

/** A server is one process, which may have 20,000 open files on many machines; its clients are several. */
const MOST_CONNECTIONS = 19_000;

/** Reads the command line, of which `all` are the rows that it may name. Throws `UsageError`. */
export function parseOptions(args: readonly string[], all: readonly Row[]): Options {
  const { quick, only, growth, write, runs, connections } = parse(args);
  if (write && only !== undefined) {
    throw new UsageError("--write puts all rows into the page, in place of those before: not with --only");
  }
  if (growth && only !== undefined)
    throw new UsageError("--growth measures other things than rows: not with --only");
  const usual = quick ? QUICK : FULL;
  return {
    rows: only === undefined ? all : only.split(",").map((name) => named(name.trim(), all)),
    effort: {
      ...usual,
      runs: wholeNumber("--runs", runs, 100) ?? usual.runs,
      connections: wholeNumber("--connections", connections, MOST_CONNECTIONS) ?? usual.connections,
    },
    growth,
    write,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        runs: { type: "string" },
        connections: { type: "string" },
        growth: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function named(name: string, all: readonly Row[]): Row {
  const row = all.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (row !== undefined) return row;
  throw new UsageError(`--only ${name}: not a row; there are ${all.map(({ id }) => id).join(", ")}`);
}

function wholeNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`${option} ${text}: not a whole number from 1 to ${most}`);
}
