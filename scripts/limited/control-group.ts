import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { messageOf, OperationError } from "../../src/lib/errors.ts";
import { cpuSeconds } from "../fleets/cpu.ts";

const ROOT = "/sys/fs/cgroup";
/** Processor time is given out in portions of this length: 0.25 cores are 25 ms of each 100. */
const PERIOD_US = 100_000;

export interface Limits {
  /** Processor time, in cores. */
  cpus: number;
  /** Bytes. */
  memory: number;
}

/** The files of a group in one version of control groups. */
interface Layout {
  folders(name: string): string[];
  /** What is written, in this order. */
  settings(name: string, limits: Limits): Array<[file: string, value: string]>;
  cpuStat(name: string): string;
  /** Name of the time held back in `cpu.stat`, and how many of its units are a second. */
  throttled: { name: string; perSecond: number };
  memoryPeak(name: string): string;
}

/** Version 1 has a hierarchy for each controller. */
const SEPARATE: Layout = {
  folders: (name) => [`${ROOT}/cpu/${name}`, `${ROOT}/memory/${name}`],
  settings: (name, { cpus, memory }) => [
    [`${ROOT}/cpu/${name}/cpu.cfs_period_us`, `${PERIOD_US}`],
    [`${ROOT}/cpu/${name}/cpu.cfs_quota_us`, `${Math.round(cpus * PERIOD_US)}`],
    [`${ROOT}/cpu/${name}/cpu.shares`, `${2 ** 18}`],
    [`${ROOT}/memory/${name}/memory.limit_in_bytes`, `${memory}`],
  ],
  cpuStat: (name) => `${ROOT}/cpu/${name}/cpu.stat`,
  throttled: { name: "throttled_time", perSecond: 1e9 },
  memoryPeak: (name) => `${ROOT}/memory/${name}/memory.max_usage_in_bytes`,
};

/** Version 2 has one for all, whose root has to pass the controllers on. */
const UNIFIED: Layout = {
  folders: (name) => [`${ROOT}/${name}`],
  settings: (name, { cpus, memory }) => [
    [`${ROOT}/cgroup.subtree_control`, "+cpu +memory"],
    [`${ROOT}/${name}/cpu.max`, `${Math.round(cpus * PERIOD_US)} ${PERIOD_US}`],
    [`${ROOT}/${name}/cpu.weight`, "10000"],
    [`${ROOT}/${name}/memory.max`, `${memory}`],
  ],
  cpuStat: (name) => `${ROOT}/${name}/cpu.stat`,
  throttled: { name: "throttled_usec", perSecond: 1e6 },
  memoryPeak: (name) => `${ROOT}/${name}/memory.peak`,
};

/**
 * Holds processes, all together, to a share of the processors and to so much memory. Of that share nobody else takes
 * anything: the group goes before whatever else the machine has to do.
 */
export class ControlGroup {
  private readonly name = `scale-chat-experiment-${process.pid}`;
  private readonly layout = existsSync(`${ROOT}/cgroup.controllers`) ? UNIFIED : SEPARATE;

  /** Makes the group. Throws `OperationError` where that is not possible. */
  constructor(limits: Limits) {
    const { layout, name } = this;
    try {
      for (const folder of layout.folders(name)) mkdirSync(folder);
      for (const [file, value] of layout.settings(name, limits)) writeFileSync(file, value);
    } catch (error) {
      this.remove();
      throw new OperationError(
        `Cannot make a control group: ${messageOf(error)}; it takes root, and the cpu and memory controllers in ${ROOT}`,
      );
    }
  }

  /** The command as one that goes into the group first: a program sees its limits when it starts. */
  inside(command: readonly string[]): string[] {
    const enter = this.procs().map((file) => `echo $$ > ${file}`);
    return ["sh", "-c", [...enter, 'exec "$@"'].join(" && "), "sh", ...command];
  }

  /** Takes in a process that runs already. */
  add(pid: number): void {
    for (const file of this.procs()) writeFileSync(file, `${pid}`);
  }

  /** Processor time of all that are in it so far, seconds. */
  cpuSeconds(): number {
    const pids = readFileSync(this.procs()[0]!, "utf8").split("\n").filter(Boolean).map(Number);
    return pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  /** For how long processes were held back so far, seconds. */
  throttledSeconds(): number {
    const { cpuStat, throttled } = this.layout;
    const stat = readFileSync(cpuStat(this.name), "utf8");
    return Number(new RegExp(`^${throttled.name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0) / throttled.perSecond;
  }

  /** The most memory that was in use so far, bytes; the system's buffers for sockets are in it where it counts them. */
  memoryPeak(): number {
    return Number(readFileSync(this.layout.memoryPeak(this.name), "utf8"));
  }

  /** Its processes have ended. */
  remove(): void {
    for (const folder of this.layout.folders(this.name)) if (existsSync(folder)) rmdirSync(folder);
  }

  private procs(): string[] {
    return this.layout.folders(this.name).map((folder) => `${folder}/cgroup.procs`);
  }
}
