import { readFileSync } from "node:fs";

/** `_SC_CLK_TCK`, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, seconds. */
export function cpuSeconds(pid: number): number {
  // The name, in brackets, may hold anything. Fields 14 and 15 (proc(5)) are the 12th and 13th behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
