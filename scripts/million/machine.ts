import { readFileSync } from "node:fs";
import { machineMemory, usageOfAll } from "../benchmarks/loads/process-tree.ts";

const PAGE_BYTES = 4096;

/** Where the memory of this machine is, in bytes. */
export interface Memory {
  /** Of processes and of what they have started; pages that several of them share counted once. */
  servers: number;
  generators: number;
  /** What the kernel keeps of sockets and files, and what waits in sockets. */
  kernel: number;
  /** In use, whoever uses it. */
  machine: number;
}

/** Walks through the pages of all these processes: not often. */
export function memoryOf(servers: readonly number[], generators: readonly number[]): Memory {
  return {
    servers: usageOfAll(servers).bytes,
    generators: usageOfAll(generators).bytes,
    kernel: meminfo("Slab") + sockstat("mem") * PAGE_BYTES,
    machine: machineMemory(),
  };
}

/** Bytes that are to be had without taking them from anyone. */
export function availableBytes(): number {
  return meminfo("MemAvailable");
}

function meminfo(name: string): number {
  return numberIn("/proc/meminfo", new RegExp(`^${name}:\\s+(\\d+) kB`, "m")) * 1024;
}

function sockstat(name: string): number {
  return numberIn("/proc/net/sockstat", new RegExp(`^TCP:.* ${name} (\\d+)`, "m"));
}

function numberIn(file: string, pattern: RegExp): number {
  return Number(pattern.exec(readFileSync(file, "utf8"))![1]);
}
