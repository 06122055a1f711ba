import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { cpuSeconds } from "../../fleets/cpu.ts";

/** What a process and all that it has started use now. */
export interface Usage {
  /** Of processors so far, by those that still run. */
  cpuSeconds: number;
  /** Memory, pages that several of them share counted once. */
  bytes: number;
}

export function usageOf(pid: number): Usage {
  try {
    const own = { cpuSeconds: cpuSeconds(pid), bytes: memoryOf(pid) };
    return childrenOf(pid).map(usageOf).reduce(addUp, own);
  } catch {
    return { cpuSeconds: 0, bytes: 0 }; // It has ended meanwhile.
  }
}

export function usageOfAll(pids: readonly number[]): Usage {
  return pids.map(usageOf).reduce(addUp, { cpuSeconds: 0, bytes: 0 });
}

/** Memory of this machine that is in use, whoever uses it, in bytes. */
export function machineMemory(): number {
  const text = readFileSync("/proc/meminfo", "utf8");
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)![1]);
  return (kib("MemTotal") - kib("MemAvailable")) * 1024;
}

/** What all cores of this machine have done so far, whoever used them, in seconds. */
export function machineCpuSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]) * 1024;
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

function addUp(a: Usage, b: Usage): Usage {
  return { cpuSeconds: a.cpuSeconds + b.cpuSeconds, bytes: a.bytes + b.bytes };
}
