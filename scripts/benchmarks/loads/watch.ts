import { machineCpuSeconds, machineMemory, usageOf, usageOfAll } from "./process-tree.ts";

const LOOK_EVERY_MS = 500;
/** Over less than this a share of a core means nothing. */
const LEAST_SLOT_MS = 300;

export interface Watched {
  /** The busiest half second of all servers together, in % of one core. */
  cpuPercent: number;
  /** The most that the servers held. */
  serverBytes: number;
  /** By how much the memory in use on the machine grew at most: server, generator, sockets, and whoever else runs. */
  machineBytes: number;
  /** What neither the server nor the clients used of the cores, on average, in % of one core. */
  othersPercent: number;
}

/** Watches servers, their children included, and the machine while `work` is done by children of this process. */
export async function watched<T>(pids: readonly number[], work: () => Promise<T>): Promise<T & Watched> {
  const memoryBefore = machineMemory();
  const most = { cpuPercent: 0, serverBytes: 0, machineBytes: 0 };
  const others: number[] = [];
  let before = readCpu(pids);
  const timer = setInterval(() => {
    most.serverBytes = Math.max(most.serverBytes, usageOfAll(pids).bytes);
    most.machineBytes = Math.max(most.machineBytes, machineMemory() - memoryBefore);
    const now = readCpu(pids);
    const elapsed = now.at - before.at;
    if (elapsed < LEAST_SLOT_MS) return;
    const percent = (seconds: number) => (100_000 * seconds) / elapsed;
    most.cpuPercent = Math.max(most.cpuPercent, percent(now.server - before.server));
    others.push(Math.max(0, percent(now.machine - before.machine - (now.own - before.own))));
    before = now;
  }, LOOK_EVERY_MS);
  try {
    const done = await work();
    return { ...done, ...most, othersPercent: others.reduce((sum, part) => sum + part, 0) / others.length };
  } finally {
    clearInterval(timer);
  }
}

/** Processor time so far, seconds: of the servers, of all that this process has started, of the machine. */
function readCpu(pids: readonly number[]) {
  const [server, own] = [usageOfAll(pids).cpuSeconds, usageOf(process.pid).cpuSeconds];
  return { at: performance.now(), server, own, machine: machineCpuSeconds() };
}
