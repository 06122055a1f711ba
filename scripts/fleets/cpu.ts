import { readFileSync } from "node:fs";

/** `_SC_CLK_TCK`, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, seconds. */
export function cpuSeconds(pid: number): number {
  const { user, kernel } = ticksOf(pid);
  return (user + kernel) / TICKS_PER_SECOND;
}

/** What of that it spent in the kernel. */
export function kernelSeconds(pid: number): number {
  return ticksOf(pid).kernel / TICKS_PER_SECOND;
}

function ticksOf(pid: number): { user: number; kernel: number } {
  // The name, in brackets, may hold anything. Fields 14 and 15 (proc(5)) are the 12th and 13th behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  return { user: Number(fields[11]), kernel: Number(fields[12]) };
}
