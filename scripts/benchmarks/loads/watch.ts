import { machineMemory, usageOf } from "./process-tree.ts";

const LOOK_EVERY_MS = 500;
/** Over less than this a share of a core means nothing. */
const LEAST_SLOT_MS = 300;

export interface Watched {
  /** The server's busiest half second, in % of one core. */
  cpuPercent: number;
  /** The most that the server held. */
  serverBytes: number;
  /** By how much the memory in use on the machine grew at most: server, generator, sockets, and whoever else runs. */
  machineBytes: number;
}

/** Watches a server, its children included, and the machine while `work` is done. */
export async function watched<T>(pid: number, work: () => Promise<T>): Promise<T & Watched> {
  const memoryBefore = machineMemory();
  const most: Watched = { cpuPercent: 0, serverBytes: 0, machineBytes: 0 };
  let [before, at] = [usageOf(pid).cpuSeconds, performance.now()];
  const look = () => {
    const [usage, now] = [usageOf(pid), performance.now()];
    most.serverBytes = Math.max(most.serverBytes, usage.bytes);
    most.machineBytes = Math.max(most.machineBytes, machineMemory() - memoryBefore);
    if (now - at < LEAST_SLOT_MS) return;
    most.cpuPercent = Math.max(most.cpuPercent, (100_000 * (usage.cpuSeconds - before)) / (now - at));
    [before, at] = [usage.cpuSeconds, now];
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    const done = await work();
    look();
    return { ...done, ...most };
  } finally {
    clearInterval(timer);
  }
}
