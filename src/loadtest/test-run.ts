import { onTestFinished } from "bun:test";
import { systemClock } from "../lib/clock.ts";
import { exactly } from "../lib/range.ts";
import { META as ONE_ROOM } from "../results/fake-run.ts";
import type { RunEnd } from "../results/run-meta.ts";
import { serve, type TestServer } from "../server/test-client.ts";
import { sharingSockets } from "./chatter/shared-texts.ts";
import { OPTIONS } from "./fake-options.ts";
import type { TotalAccount } from "./generator/account.ts";
import { type GeneratorParts, LoadGenerator } from "./generator/load-generator.ts";
import type { LoadOptions } from "./options.ts";
import { endOf, problems, summarise } from "./record/outcome.ts";
import { LoadRun } from "./run.ts";

// For tests: whole load tests in this process.

/** Three rooms of four, in which everyone speaks every 50 ms, 8 times. */
export function options(port: number, change: Partial<LoadOptions> = {}): LoadOptions {
  const urls = [`ws://127.0.0.1:${port}`];
  return { ...OPTIONS, urls, interval: exactly(50), duration: 400, ramp: 20, settle: 5000, ...change };
}

const META = { ...ONE_ROOM, rooms: 3, room_size: 4, interval_ms: 50, size: 64 };

/** A generator that is the only one and writes nothing down. */
export const ALONE: GeneratorParts = {
  clock: systemClock,
  openSocket: sharingSockets(),
  random: Math.random,
  runId: "test",
  share: { process: 0, processes: 1 },
  rows: null,
  onSayings() {},
};

/** A load test in this process, and all that can be known of it. */
export function loadRun(of: LoadOptions, parts: Partial<GeneratorParts> = {}) {
  const generator = new LoadGenerator(of, { ...ALONE, ...parts });
  const run = new LoadRun(of, { clock: systemClock, generators: [generator], onStart: () => {} });
  let account: TotalAccount | null = null;
  return {
    crowd: generator.crowd,
    tally: generator.ledger.tally,
    stop: () => run.stop(),
    snapshot: () => run.snapshot(),
    /** Answers with how it ended. */
    async run(): Promise<RunEnd | null> {
      account = await run.run();
      return account && endOf(account, systemClock.now(), run.isStopped);
    },
    summary: (end: RunEnd) => summarise("test", { ...META, end }, account!),
    problems: (end: RunEnd) => problems(summarise("test", { ...META, end }, account!), account!),
  };
}

/** A server of ours, for as long as the test takes. */
export function chatServer(...[change, parts]: Parameters<typeof serve>): TestServer {
  const server = serve({ drainTimeout: 1000, ...change }, parts);
  onTestFinished(() => server.stop());
  return server;
}

/** Without what a busy machine makes the generator say of itself. */
export function aboutTheServer(notes: readonly string[]): string[] {
  return notes.filter((note) => !/^(the generator|limit)/.test(note));
}
