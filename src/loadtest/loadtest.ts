import { askForRefusal } from "../client/refusal.ts";
import { alignedClock, type Clock } from "../lib/clock.ts";
import { OperationError } from "../lib/errors.ts";
import { describeHost } from "../lib/host/describe.ts";
import { type Host, readHost } from "../lib/host/host.ts";
import { type Random, randomId } from "../lib/random.ts";
import { dialects } from "../protocol/dialects.ts";
import type { RunSummary } from "../results/summary.ts";
import { chatterAddress } from "./chatter/chatter.ts";
import type { SignToken } from "./crowd/tokens.ts";
import { describeLoad, labelOf, metaOf } from "./describe.ts";
import { startGenerators } from "./generator/generators.ts";
import type { GeneratorProgram } from "./generator/remote-generator.ts";
import type { LoadOptions } from "./options.ts";
import { processesFor } from "./plan/processes.ts";
import { checkLoad } from "./preflight.ts";
import { endOf, problems, summarise } from "./record/outcome.ts";
import { ResultsFile } from "./record/results-file.ts";
import { LoadRun } from "./run.ts";
import { progressLine, type Snapshot } from "./watch/progress.ts";

const PROGRESS_MS = 500;

export interface LoadTestWorld {
  clock: Clock;
  random: Random;
  /** How a process that generates load is started, where one is not enough. */
  program: GeneratorProgram;
  /** Ends the test before its time. */
  stop: Promise<unknown>;
  /** A line for the person who waits. */
  say: (line: string) => void;
  /** A line that replaces the one before, or `null` where nobody watches. */
  show: ((line: string) => void) | null;
  /** Left out: the server wants no tokens. */
  signToken?: SignToken | undefined;
  /** Looks at the running test about twice a second; a sentence ends it before its time and is among its problems. */
  watch?: (now: Snapshot) => string | null;
}

/**
 * Runs a load test and records it at `path`, if anywhere. Throws `UsageError` and `OperationError` when it cannot start; what
 * goes wrong later is in the answer: `problems` is empty when every client stayed to the end.
 */
export async function loadTest(
  options: LoadOptions,
  path: string | null,
  world: LoadTestWorld,
): Promise<{ summary: RunSummary; problems: string[] }> {
  const host = readHost();
  const warnings = checkLoad(options, host);
  const processes = processesFor(options, host);
  world.say(`this machine: ${describeHost(host)}`);
  for (const warning of warnings) world.say(warning);
  world.say(describeLoad(options, processes));

  const file = path === null ? null : new ResultsFile(path, processes > 1);
  try {
    return await measure(options, { host, processes, file }, world);
  } finally {
    // Nothing is left of a test that never began, and what one that failed has written stays.
    file?.close();
  }
}

/** Runs the test on what was found out and opened for it. */
async function measure(
  options: LoadOptions,
  { host, processes, file }: { host: Host; processes: number; file: ResultsFile | null },
  world: LoadTestWorld,
): Promise<{ summary: RunSummary; problems: string[] }> {
  const { random, program, signToken } = world;
  const clock = processes === 1 ? world.clock : alignedClock();
  const runId = randomId(random, 4);
  const path = file?.path ?? null;
  const generators = startGenerators(options, { clock, random, runId, processes, program, path, signToken });
  const describe = (startedAt: number) => metaOf(options, host, processes, startedAt);
  const run = new LoadRun(options, {
    clock,
    generators: generators.ports,
    onStart: (startedAt) => file?.begin(describe(startedAt)),
  });
  // A series has one end for many tests: those that are over are not kept for it.
  let running: LoadRun | null = run;
  void world.stop.then(() => running?.stop());

  const progress = followProgress(run, world);
  const account = await run.run().finally(() => {
    running = null;
    progress.end();
    generators.kill();
  });
  if (account === null) {
    throw run.isStopped
      ? new OperationError("Stopped before any client was in: nothing was measured, and no file was written")
      : await nobodyConnected(options, world);
  }
  const end = endOf(account, clock.now(), run.isStopped);
  file?.finish(end);
  const summary = summarise(
    labelOf(options),
    { ...describe(run.startedAt), end },
    account,
    options.percentiles,
  );
  const found = [...progress.objections, ...problems(summary, account)];
  const failure = account.recorderFailure ?? file?.failure ?? null;
  if (failure !== null) found.push(`the results file is not complete: ${failure}`);
  return { summary, problems: found };
}

async function nobodyConnected(
  { dialect, urls }: LoadOptions,
  { signToken }: LoadTestWorld,
): Promise<OperationError> {
  const room = "test";
  const addressAt = (server: string) => chatterAddress(dialects[dialect], server, room);
  const token = (await signToken?.("test", room)) ?? null;
  const { status, explanation } = await askForRefusal({ url: urls[0]!, room, addressAt, token });
  const advice = status === 401 && token === null ? "; --auth-key-file signs one for each client" : "";
  return new OperationError(`No client could connect: ${explanation}${advice}`);
}

/** Shows where the test stands, and lets `watch` end it. */
function followProgress(run: LoadRun, { show, watch }: LoadTestWorld) {
  const objections: string[] = [];
  let before = run.snapshot();
  let at = performance.now();
  const timer = setInterval(() => {
    const now = run.snapshot();
    const elapsed = performance.now() - at;
    show?.(progressLine(now, before, elapsed));
    before = now;
    at += elapsed;
    const objection = run.isStopped ? null : (watch?.(now) ?? null);
    if (objection === null) return;
    objections.push(objection);
    run.stop();
  }, PROGRESS_MS);
  return {
    objections,
    end() {
      clearInterval(timer);
      show?.("");
    },
  };
}
