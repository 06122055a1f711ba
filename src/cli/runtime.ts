import type { Clock } from "../lib/clock.ts";
import { systemClock } from "../lib/clock.ts";
import { type ProcessChannel, parentChannel } from "../lib/process-channel.ts";
import type { Random } from "../lib/random.ts";

/** The world a command runs in. Commands take it as an argument and touch nothing else of the process. */
export interface Runtime {
  /** The command line, without the program's own name. */
  args: readonly string[];
  env: Record<string, string | undefined>;
  clock: Clock;
  random: Random;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** How this program is called: the executable, and its source where it is not compiled. */
  self: readonly string[];
  /** The process that started this one, if it wants to be talked to. */
  parent: () => ProcessChannel | null;
  /** Ends the process without waiting for anything: for a second Ctrl-C. */
  exitNow: (code: number) => void;
}

export function processRuntime(exitNow: (code: number) => void): Runtime {
  return {
    args: process.argv.slice(2),
    env: process.env,
    clock: systemClock,
    random: Math.random,
    // Getters: touching process.stdin opens it, and most commands never read it.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    self: Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, Bun.main],
    parent: parentChannel,
    exitNow,
  };
}

/**
 * What a process of this program that this one starts should see: settings come to it by its options, and Bun's own
 * variables would make it another program.
 */
export function environmentOfSelf(env: Runtime["env"]): Runtime["env"] {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(SCALE_CHAT_|BUN_OPTIONS$|BUN_BE_BUN$)/.test(name)),
  );
}
