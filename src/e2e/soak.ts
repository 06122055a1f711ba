import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../lib/random.ts";
import { until } from "./harness.ts";
import { check, type HistoryEvent, type Verdict } from "./history-checker.ts";
import { FAULT_KINDS, type Fault, type FaultKind, planFaults } from "./soak-plan.ts";
import { SoakServer } from "./soak-server.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import { Witness } from "./witness.ts";

export interface SoakOptions {
  seed: number;
  /** How long faults are injected; catching up comes on top. */
  durationMs: number;
  rooms: number;
  clientsPerRoom: number;
  /** Messages a second, over all clients. */
  rate: number;
  /** Between two faults, in the mean. */
  meanPauseMs: number;
  /** Called about once in five seconds. */
  onProgress?: (progress: SoakProgress) => void;
}

export interface SoakProgress {
  elapsedMs: number;
  published: number;
  /** Messages that came to clients over the wire. */
  deliveries: number;
  faults: Record<FaultKind, number>;
}

export interface SoakResult extends SoakProgress {
  verdict: Verdict;
  /** Clients that the server closed because they did not read. */
  slowReaders: number;
  /** Gaps that clients were told of by a server. */
  reportedGaps: number;
  /** Whatever else should not have happened, in words. */
  problems: string[];
}

/** After the faults: how long everyone may take to come back and to read what was missed. */
const CATCH_UP_MS = 45_000;
const TICK_MS = 20;
const PROGRESS_MS = 5000;
/**
 * What a room says while one of its members does not read: 8.6 MB, of which the kernel's buffers hold some 6. Fast,
 * but not so fast that the socket layer cuts the member before the server looks and closes it under its own code.
 */
const LOUD = { turns: 30, messages: 6, size: 48_000, everyMs: 25 };

/**
 * Chats in several rooms through faults that follow from the seed, and judges what the clients saw. The load and the
 * faults are repeatable; how they meet is up to the machine. Rejects when it is aborted, with nothing left behind.
 */
export async function soak(options: SoakOptions, signal?: AbortSignal): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-soak-"));
  const stage = new Stage(options);
  try {
    await stage.build(folder);
    await stage.play(signal);
    signal?.throwIfAborted();
    return await stage.judge();
  } finally {
    await stage.clear();
    rmSync(folder, { recursive: true });
  }
}

interface Client {
  room: number;
  witness: Witness;
  proxy: TcpProxy;
}

class Stage {
  private readonly servers: SoakServer[] = [];
  private readonly clients: Client[] = [];
  private readonly history: HistoryEvent[] = [];
  private readonly faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<
    FaultKind,
    number
  >;
  private readonly problems: string[] = [];
  private readonly startedAt = performance.now();
  private published = 0;

  constructor(private readonly options: SoakOptions) {}

  async build(folder: string): Promise<void> {
    const { seed, rooms, clientsPerRoom } = this.options;
    this.servers.push(await SoakServer.start(folder));
    for (let number = 0; number < rooms * clientsPerRoom; number++) {
      const random = seededRandom(seed + number);
      const server = this.servers[number % this.servers.length]!;
      const proxy = await startTcpProxy(server.port, random);
      const [room, url] = [number % rooms, `ws://127.0.0.1:${proxy.port}`];
      const name = `client ${number}`;
      const witness = new Witness({ url, room: `room ${room}`, name, random, history: this.history });
      this.clients.push({ room, witness, proxy });
    }
    await until(() => this.clients.every(({ witness }) => witness.isSettled), "everyone to be in");
  }

  /** The load and the faults, to the end of both. */
  async play(signal?: AbortSignal): Promise<void> {
    const { seed, durationMs, meanPauseMs, rate, onProgress } = this.options;
    const random = seededRandom(seed ^ 0x5eed);
    const counts = { servers: this.servers.length, clients: this.clients.length };
    const plan = planFaults({ durationMs, meanPauseMs, ...counts }, random);
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    let spoken = 0;
    const load = setInterval(() => {
      // Open loop: a tick that comes late speaks for those that it missed.
      for (; spoken < (elapsed() / 1000) * rate; spoken++) {
        this.speak(this.clients[Math.floor(random() * this.clients.length)]!, 20 + random() * 200);
      }
    }, TICK_MS);
    const progress = setInterval(() => onProgress?.(this.progress()), PROGRESS_MS);
    const spells: Array<Promise<void>> = [];
    try {
      for (const fault of plan) {
        await pause(fault.at - elapsed(), signal);
        if (signal?.aborted) break;
        this.faults[fault.kind]++;
        spells.push(this.inject(fault).catch((error) => void this.problems.push(`${fault.kind}: ${error}`)));
      }
      await pause(durationMs - elapsed(), signal);
    } finally {
      await Promise.all(spells);
      clearInterval(load);
      clearInterval(progress);
    }
  }

  async judge(): Promise<SoakResult> {
    await until(
      () => this.clients.every((client) => this.isCaughtUp(client)),
      "everyone to catch up",
      CATCH_UP_MS,
    ).catch(({ message }: Error) => this.problems.push(message));
    const witnesses = this.clients.map(({ witness }) => witness);
    await Promise.all(witnesses.map(({ connection }) => connection.close()));
    for (const server of this.servers) this.problems.push(...(await server.stop()), ...server.errors);
    this.problems.push(...witnesses.flatMap(({ complaints }) => complaints));
    return {
      ...this.progress(),
      verdict: check(this.history),
      slowReaders: sum(this.servers.map(({ slowReaders }) => slowReaders)),
      reportedGaps: sum(witnesses.map(({ gaps }) => gaps)),
      problems: this.problems,
    };
  }

  /** Leaves nothing behind, whatever happened. */
  async clear(): Promise<void> {
    await Promise.all(this.clients.map(({ proxy }) => proxy.close()));
    await Promise.all(this.clients.map(({ witness }) => witness.connection.close()));
    await Promise.all(this.servers.map((server) => server.kill()));
  }

  private speak({ witness }: Client, size: number): void {
    this.published++;
    witness.speak(Math.floor(size));
  }

  private async inject({ kind, target, forMs }: Fault): Promise<void> {
    const server = this.servers[target]!;
    const { proxy, room } = this.clients[target]!;
    switch (kind) {
      case "kill":
        await server.kill();
        await Bun.sleep(forMs);
        await server.restart();
        break;
      case "pause":
        server.pause();
        await Bun.sleep(forMs);
        server.resume();
        break;
      case "cut":
        proxy.cut();
        break;
      case "half-open":
        proxy.swallows = "everything";
        await Bun.sleep(forMs);
        proxy.swallows = "nothing";
        proxy.cut();
        break;
      case "slow":
        proxy.delayMs = 20 + forMs / 20;
        await Bun.sleep(forMs);
        proxy.delayMs = 0;
        break;
      case "stall":
        proxy.stalled = true;
        await this.beLoud(room, proxy, forMs);
        proxy.stalled = false;
        break;
    }
  }

  /** The other members of the room speak at length. */
  private async beLoud(room: number, stalled: TcpProxy, forMs: number): Promise<void> {
    const others = this.clients.filter((client) => client.room === room && client.proxy !== stalled);
    const end = performance.now() + forMs;
    for (let turn = 0; performance.now() < end; turn++) {
      for (let count = 0; turn < LOUD.turns && count < LOUD.messages; count++) {
        this.speak(others[(turn + count) % others.length]!, LOUD.size);
      }
      await Bun.sleep(LOUD.everyMs);
    }
  }

  /** Has read everything that is known to be in its room, and has nothing left to say. */
  private isCaughtUp({ room, witness }: Client): boolean {
    const known = this.clients.filter((other) => other.room === room).map((other) => other.witness.known);
    return witness.isSettled && witness.offset >= Math.max(...known);
  }

  private progress(): SoakProgress {
    return {
      elapsedMs: Math.round(performance.now() - this.startedAt),
      published: this.published,
      deliveries: sum(this.clients.map(({ witness }) => witness.received)),
      faults: this.faults,
    };
  }
}

/** Resolves after `ms`, or when `signal` aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end && !signal?.aborted) await Bun.sleep(Math.min(50, end - performance.now()));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
