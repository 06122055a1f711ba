import { readdirSync, readFileSync } from "node:fs";
import { systemClock } from "../../../src/lib/clock.ts";
import { kernelSeconds } from "../../fleets/cpu.ts";

/** Often enough to interpolate in between. */
const LOOK_EVERY_MS = 100;

/** Processor time of a process, seconds. */
export interface CpuTime {
  total: number;
  /** Of it in the kernel, in steps of 10 ms. */
  kernel: number;
}

/** What several processes had used at a time, milliseconds since the epoch. */
export interface Look {
  at: number;
  used: readonly CpuTime[];
}

/** Follows the processor time of processes, so that a part of a load test can be told from its rest. */
export class CpuLog {
  private readonly looks: Look[] = [];
  private readonly timer: Timer;

  constructor(private readonly pids: readonly number[]) {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Of each process, in their order, between two times that have passed. */
  between(fromMs: number, toMs: number): CpuTime[] {
    this.look();
    const [from, to] = [usedAt(this.looks, fromMs), usedAt(this.looks, toMs)];
    return to.map(({ total, kernel }, i) => ({
      total: total - from[i]!.total,
      kernel: kernel - from[i]!.kernel,
    }));
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const used = this.pids.map((pid) => ({ total: secondsOf(pid), kernel: kernelSeconds(pid) }));
    this.looks.push({ at: systemClock.now(), used });
  }
}

/** Between two looks processor time is taken to grow evenly; before the first and behind the last it stands still. */
export function usedAt(looks: readonly Look[], ms: number): readonly CpuTime[] {
  const next = looks.findIndex(({ at }) => at >= ms);
  if (next === -1) return looks.at(-1)!.used;
  if (next === 0) return looks[0]!.used;
  const [before, after] = [looks[next - 1]!, looks[next]!];
  const share = (ms - before.at) / (after.at - before.at);
  const between = (from: number, to: number) => from + share * (to - from);
  return after.used.map(({ total, kernel }, i) => {
    const then = before.used[i]!;
    return { total: between(then.total, total), kernel: between(then.kernel, kernel) };
  });
}

/** By all threads that still run: in nanoseconds, where `stat` has ticks of 10 ms. */
function secondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + nanosecondsOf(`/proc/${pid}/task/${thread}`), 0) / 1e9;
}

function nanosecondsOf(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, "utf8").split(" ")[0]);
  } catch {
    return 0; // It has ended meanwhile.
  }
}
