import type { Clock } from "../lib/clock.ts";
import { OperationError } from "../lib/errors.ts";
import { formatDuration } from "../lib/format.ts";
import { addUp, type TotalAccount } from "./generator/account.ts";
import { type GeneratorPort, SNAPSHOT_MS } from "./generator/generator-port.ts";
import { clientsOf, type LoadOptions } from "./options.ts";
import { addSnapshots, type Snapshot } from "./watch/progress.ts";

const POLL_MS = 25;
/** Time for processes to hear when they begin. */
const NOTICE_MS = 100;
/** Clients that cannot say goodbye by then are cut off, and with them what was measured; of many each has its moment. */
const LEAVE_MS = 30_000;
const LEAVE_MS_A_CLIENT = 0.2;
/** A test that is stopped waits no longer than this for what is under way. */
const STOPPED_SETTLE_MS = 2000;

export interface RunParts {
  clock: Clock;
  generators: readonly GeneratorPort[];
  /** Everyone is in and sending starts; `startedAt` is in milliseconds since the epoch. */
  onStart: (startedAt: number) => void;
}

/** One load test: connect, send by plan, wait for the rest, leave. */
export class LoadRun {
  /** Milliseconds since the epoch at which sending started; 0 before. */
  startedAt = 0;
  private phase: Snapshot["phase"] = "connecting";
  private stopped = false;

  constructor(
    private readonly options: LoadOptions,
    private readonly parts: RunParts,
  ) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Ends the test before its time: no more sends, a short wait for what is under way, everyone leaves. */
  stop(): void {
    this.stopped = true;
    for (const generator of this.parts.generators) generator.stop();
  }

  /** Resolves with everyone's account, or with `null` when nobody was in and so nothing was recorded. */
  async run(): Promise<TotalAccount | null> {
    const { generators, clock, onStart } = this.parts;
    const present = await Promise.all(generators.map((generator) => generator.connect()));
    const comeLater = this.options.stages !== undefined && !this.stopped;
    if (comeLater || present.some((clients) => clients > 0)) {
      const notice = generators.length > 1 ? NOTICE_MS : 0;
      // Whole milliseconds: the file tells the start in ISO 8601, and the warm-up is cut by it.
      this.startedAt = Math.ceil(clock.now() + notice);
      onStart(this.startedAt);
      this.phase = "sending";
      await Promise.all(generators.map((generator) => generator.send(this.startedAt)));
      this.phase = "settling";
      await this.settle();
    }
    this.phase = "leaving";
    const patience = LEAVE_MS + LEAVE_MS_A_CLIENT * clientsOf(this.options);
    const accounts = await within(patience, Promise.all(generators.map((generator) => generator.leave())));
    return this.startedAt === 0 ? null : addUp(accounts);
  }

  /** Where the test stands now. */
  snapshot(): Snapshot {
    const { clock, generators } = this.parts;
    const passed = this.startedAt === 0 ? 0 : Math.max(0, clock.now() - this.startedAt);
    const leftMs = Math.max(0, this.options.duration - passed);
    const parts = generators.map((generator) => generator.snapshot());
    return addSnapshots(parts, { phase: this.phase, leftMs });
  }

  private async settle(): Promise<void> {
    const { generators } = this.parts;
    const wait = this.stopped ? Math.min(this.options.settle, STOPPED_SETTLE_MS) : this.options.settle;
    const deadline = performance.now() + wait;
    // What other processes know comes with their next account of themselves.
    if (generators.length > 1) await Bun.sleep(2 * SNAPSHOT_MS);
    while (performance.now() < deadline) {
      const parts = generators.map((generator) => generator.snapshot());
      if (parts.every(({ isDeserted }) => isDeserted)) return;
      if (parts.every(({ outstanding, away }) => outstanding === 0 && away === 0)) return;
      await Bun.sleep(POLL_MS);
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const error = new OperationError(
    `The clients did not leave within ${formatDuration(ms)}: the load is too much for this machine`,
  );
  const timer = setTimeout(() => late.reject(error), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
