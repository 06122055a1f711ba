import type { Chance } from "./chance.ts";

/** Something that reads what strangers wrote. */
export interface Target {
  /** Cases that are tried at the same time. */
  readonly parallel: number;
  /**
   * Makes a case out of chance, notes what it is made of and tries it. Throws, or rejects, when something was promised that
   * does not hold.
   */
  attempt(chance: Chance, note: Note): void | Promise<void>;
  /** Does it still do its work for others? Called now and then; answers with its resident memory in bytes. */
  check(): Promise<number>;
  close(): Promise<void>;
}

/** Keeps what a case is made of, to be shown should it fail; bytes as latin1. */
export type Note = (input: unknown) => void;

/** A target of functions in this process: nothing to be opened, and its memory is ours. */
export function pureTarget(attempt: Target["attempt"]): Target {
  return { parallel: 1, attempt, check: ownMemory, close: async () => {} };
}

async function ownMemory(): Promise<number> {
  Bun.gc(true);
  return process.memoryUsage.rss();
}

/** Throws unless `holds`. */
export function promise(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken promise: ${what}`);
}
