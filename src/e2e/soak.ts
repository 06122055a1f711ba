import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../lib/random.ts";
import { check } from "./history-checker.ts";
import { Crowd } from "./soak-crowd.ts";
import { FaultInjector } from "./soak-faults.ts";
import { clusterWorld } from "./soak-over-cluster.ts";
import { redisWorld } from "./soak-over-redis.ts";
import { type Fault, type FaultKind, planFaults } from "./soak-plan.ts";
import type { SoakOptions, SoakProgress, SoakResult } from "./soak-result.ts";
import { durableWorld, type SoakWorld } from "./soak-world.ts";

const TICK_MS = 20;
const PROGRESS_MS = 5000;

/**
 * Chats in several rooms through faults that follow from the seed, and judges what the clients saw. The load and the
 * faults are repeatable; how they meet is up to the machine. Rejects when it is aborted, with nothing left behind.
 */
export async function soak(options: SoakOptions, signal?: AbortSignal): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-soak-"));
  try {
    const world = await openWorld(options, folder);
    const stage = new Stage(options, world);
    try {
      await stage.crowd.enter(world.servers);
      await stage.play(signal);
      signal?.throwIfAborted();
      return await stage.judge();
    } finally {
      await stage.crowd.leave();
      await world.clear();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openWorld({ over, seed, kept }: SoakOptions, folder: string): Promise<SoakWorld> {
  const options = ["--history", `${kept}`];
  switch (over) {
    case "durable":
      return durableWorld(folder, options);
    case "redis":
      return redisWorld(seededRandom(seed ^ 0x11), options);
    case "cluster":
      return clusterWorld(options);
  }
}

/** One soak: its servers, its clients, and what happens to them. */
class Stage {
  readonly crowd: Crowd;
  private readonly faults: Partial<Record<FaultKind, number>> = {};
  private readonly injected: Fault[] = [];
  private readonly problems: string[] = [];
  private readonly startedAt = performance.now();

  constructor(
    private readonly options: SoakOptions,
    private readonly world: SoakWorld,
  ) {
    this.crowd = new Crowd(options);
    for (const kind of world.kinds) this.faults[kind] = 0;
  }

  /** The load and the faults, to the end of both. */
  async play(signal?: AbortSignal): Promise<void> {
    const { crowd, world, problems } = this;
    const { seed, durationMs, meanPauseMs, first, rate, onProgress } = this.options;
    const random = seededRandom(seed ^ 0x5eed);
    const targets = {
      ...{ server: world.servers.length, client: crowd.proxies.length },
      ...{ link: world.links.length, log: 1 },
    };
    const plan = planFaults({ durationMs, meanPauseMs, kinds: world.kinds, first, targets }, random);
    const injector = new FaultInjector({
      ...{ world, problems, proxies: crowd.proxies },
      beLoud: (client, forMs) => crowd.beLoud(client, forMs),
      lose: (action) => crowd.loseLog(action),
    });
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    let spoken = 0;
    const load = setInterval(() => {
      // Open loop: a tick that comes late speaks for those that it missed.
      for (; spoken < (elapsed() / 1000) * rate; spoken++) crowd.speak(random);
    }, TICK_MS);
    const progress = setInterval(() => onProgress?.(this.progress()), PROGRESS_MS);
    const spells: Array<Promise<void>> = [];
    try {
      for (const fault of plan) {
        await pause(fault.at - elapsed(), signal);
        if (signal?.aborted) break;
        this.faults[fault.kind]!++;
        this.injected.push({ ...fault, at: performance.now() });
        spells.push(injector.inject(fault));
      }
      await pause(durationMs - elapsed(), signal);
    } finally {
      await Promise.all(spells);
      clearInterval(load);
      clearInterval(progress);
    }
  }

  async judge(): Promise<SoakResult> {
    const { crowd, problems, world } = this;
    problems.push(...(await crowd.catchUp()));
    await crowd.leave();
    for (const server of world.servers) problems.push(...(await server.stop()), ...server.errors);
    problems.push(...crowd.complaints);
    const slowReaders = world.servers.reduce((sum, server) => sum + server.slowReaders, 0);
    const { redirects, refusals, losses, reportedGaps } = crowd;
    // Only a log that can be away may refuse what will be taken later.
    if (this.options.over === "durable" && refusals > 0) problems.push(`${refusals} messages were refused`);
    return {
      ...this.progress(),
      ...{ slowReaders, redirects, refusals, losses, reportedGaps },
      ...{ verdict: check(crowd.history, this.options.kept), problems },
      ...{ history: crowd.history, injected: this.injected },
    };
  }

  private progress(): SoakProgress {
    return {
      elapsedMs: Math.round(performance.now() - this.startedAt),
      ...{ published: this.crowd.published, deliveries: this.crowd.deliveries, faults: this.faults },
    };
  }
}

/** Resolves after `ms`, or when `signal` aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end && !signal?.aborted) await Bun.sleep(Math.min(50, end - performance.now()));
}
