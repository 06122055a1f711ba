import { openBunSocket } from "../client/bun-socket.ts";
import { askForRefusal } from "../client/refusal.ts";
import type { Clock } from "../lib/clock.ts";
import { OperationError } from "../lib/errors.ts";
import { formatBytes, formatCount, formatDuration } from "../lib/format.ts";
import { describeHost } from "../lib/host/describe.ts";
import { type Host, readHost } from "../lib/host/host.ts";
import { type Random, randomId } from "../lib/random.ts";
import { dialects } from "../protocol/dialects.ts";
import type { HostFacts, RunMeta } from "../results/run-meta.ts";
import type { RunSummary } from "../results/summary.ts";
import { chatterAddress } from "./chatter.ts";
import type { LoadOptions } from "./options.ts";
import { problems, summarise } from "./outcome.ts";
import { checkLoad } from "./preflight.ts";
import { progressLine, type Snapshot } from "./progress.ts";
import { Recorder } from "./recorder.ts";
import { LoadRun, type SignToken } from "./run.ts";

const PROGRESS_MS = 500;

export interface LoadTestWorld {
  clock: Clock;
  random: Random;
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
 * Runs a load test and records it at `path`. Throws `UsageError` and `OperationError` when it cannot start; what
 * goes wrong later is in the answer: `problems` is empty when every client stayed to the end.
 */
export async function loadTest(
  options: LoadOptions,
  path: string,
  world: LoadTestWorld,
): Promise<{ summary: RunSummary; problems: string[] }> {
  const host = readHost();
  const warnings = checkLoad(options, host);
  world.say(`this machine: ${describeHost(host)}`);
  for (const warning of warnings) world.say(warning);
  world.say(describeLoad(options));

  const recorder = new Recorder(path);
  const describe = (startedAt: number) => describeRun(options, host, startedAt);
  const run = new LoadRun(options, {
    clock: world.clock,
    openSocket: openBunSocket,
    random: world.random,
    signToken: world.signToken,
    runId: randomId(world.random, 4),
    recorder,
    onStart: (startedAt) => recorder.begin(describe(startedAt)),
  });
  void world.stop.then(() => run.stop());

  const progress = followProgress(run, world);
  const end = await run.run().finally(() => progress.end());
  if (end === null) {
    recorder.discard();
    throw run.isStopped
      ? new OperationError("Stopped before any client was in: nothing was measured, and no file was written")
      : await nobodyConnected(options, world);
  }
  recorder.finish(end);
  const label = `${options.rooms} x ${options.roomSize} ${options.dialect}`;
  const summary = summarise(label, { ...describe(run.startedAt), end }, run, options.percentiles);
  const found = [...progress.objections, ...problems(summary, end, run)];
  if (recorder.failure !== null) found.push(`the results file is not complete: ${recorder.failure}`);
  return { summary, problems: found };
}

async function nobodyConnected(
  { dialect, url }: LoadOptions,
  { signToken }: LoadTestWorld,
): Promise<OperationError> {
  const room = "test";
  const addressAt = (server: string) => chatterAddress(dialects[dialect], server, room);
  const token = (await signToken?.("test", room)) ?? null;
  const { status, explanation } = await askForRefusal({ url, room, addressAt, token });
  const advice = status === 401 && token === null ? "; --auth-key-file signs one for each client" : "";
  return new OperationError(`No client could connect: ${explanation}${advice}`);
}

function describeRun(options: LoadOptions, host: Host, startedAt: number): RunMeta {
  return {
    version: 1,
    rooms: options.rooms,
    room_size: options.roomSize,
    interval_ms: options.interval,
    size: options.size,
    dialect: options.dialect,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: options.duration,
    warmup_ms: options.warmup,
    seed: options.seed,
    url: options.url,
    host: hostOfRun(host),
  };
}

/** What its results file says of a machine. */
function hostOfRun({ cores, cpu, memory, os }: Host): HostFacts {
  return { cores, cpu, memory_bytes: memory.total, os };
}

function describeLoad(options: LoadOptions): string {
  const { rooms, roomSize, interval, size, dialect, url } = options;
  const sends = (rooms * roomSize * 1000) / interval;
  return (
    `${formatCount(rooms)} room${rooms === 1 ? "" : "s"} x ${formatCount(roomSize)} clients (${dialect}) on ${url}, ` +
    `${formatBytes(size)} every ${formatDuration(interval)}: ` +
    `${formatCount(sends)} messages/s in, ${formatCount(sends * roomSize)} deliveries/s out, ` +
    `for ${formatDuration(options.duration)}`
  );
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
