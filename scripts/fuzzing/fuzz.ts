import { messageOf } from "../../src/lib/errors.ts";
import { Chance } from "./chance.ts";
import type { Target } from "./target.ts";

/** What came of a target. */
export interface Outcome {
  cases: number;
  seconds: number;
  failures: Failure[];
  /** Resident memory of whatever was tried, bytes: after the first checks, when it has warmed up, and at the end. */
  memory: { warm: number; end: number };
}

/** A case in which something was not as promised. */
export interface Failure {
  /** Its number, for `--only`; `null` where it is not one case's doing. */
  number: number | null;
  problem: string;
  /** What the case was made of. */
  input: string;
}

/** More say nothing new. */
const MOST_FAILURES = 5;
const CHECKS = 10;
/** Cases between two turns of the event loop, at the most. */
const TURN = 500;
/** The check from which on memory has to stay where it is. */
const WARM = 3;
/** What a garbage collector may leave lying about, and an allocator may keep. */
const MEMORY_SLACK = 96 * 1024 * 1024;
const LONGEST_SHOWN = 2000;

/** Tries the cases `from`, `from + 1` … of a target, `count` of them, and closes it. */
export async function fuzz(target: Target, seed: number, count: number, from = 0): Promise<Outcome> {
  const started = performance.now();
  const failures: Failure[] = [];
  const memory: number[] = [];
  let number = from;
  const tryNext = async (until: number): Promise<void> => {
    while (number < until && failures.length < MOST_FAILURES) {
      const failure = attempt(target, seed, number++);
      // Only what has to be waited for is: a turn of the event loop costs more than most cases.
      const failed = failure instanceof Promise ? await failure : failure;
      // What the cases left to be done is done meanwhile: it would pile up.
      if (number % TURN === 0) await Bun.sleep(0);
      if (failed !== null) failures.push(failed);
    }
  };
  for (let check = 1; check <= CHECKS && failures.length < MOST_FAILURES; check++) {
    const until = from + Math.ceil((count * check) / CHECKS);
    await Promise.all(Array.from({ length: target.parallel }, () => tryNext(until)));
    try {
      memory.push(await target.check());
    } catch (error) {
      failures.push({ number: null, problem: messageOf(error), input: `cases up to ${number - 1}` });
      break;
    }
  }
  const [warm, end] = [memory[Math.min(WARM, memory.length) - 1] ?? 0, memory.at(-1) ?? 0];
  if (end > warm + MEMORY_SLACK) {
    const input = `bytes at each check: ${memory.join(", ")}`;
    failures.push({ number: null, problem: "its memory grows", input });
  }
  const seconds = (performance.now() - started) / 1000;
  try {
    await target.close();
  } catch (error) {
    failures.push({ number: null, problem: messageOf(error), input: "its end" });
  }
  return { cases: number - from, seconds, failures, memory: { warm, end } };
}

function attempt(target: Target, seed: number, number: number): Failure | null | Promise<Failure | null> {
  let input: unknown = null;
  const failed = (error: unknown): Failure => ({ number, problem: messageOf(error), input: show(input) });
  try {
    const tried = target.attempt(new Chance(seed, number), (noted) => {
      input = noted;
    });
    return tried === undefined ? null : tried.then(() => null, failed);
  } catch (error) {
    return failed(error);
  }
}

/** Escaped, so that the terminal of whoever looks into it is safe. */
function show(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  const asEscape = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[^\x20-\x7e]/g, asEscape).slice(0, LONGEST_SHOWN);
}
