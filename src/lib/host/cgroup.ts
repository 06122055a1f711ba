import { limit, numbers, type ReadText } from "./kernel-text.ts";

/** What a container or a service is held to, beyond the machine itself. `null`: to nothing. */
export interface CgroupLimits {
  /** Processor time, in cores: 0.25 is 25 ms in each 100 ms. */
  cpus: number | null;
  /** Bytes; `used` without the files' pages, which the system drops when it needs them. */
  memory: { limit: number; used: number } | null;
}

/** The narrowest limits of this process's group and those that it lies in, of either version. */
export function readCgroup(read: ReadText): CgroupLimits {
  const groups = read("/proc/self/cgroup");
  const folders = (controller: string) => enclosing(groups, controller);
  return {
    cpus: least([
      ...folders("").map((folder) => cpusOf(read(`${folder}/cpu.max`))),
      ...folders("cpu").map((folder) =>
        cpusOf(`${read(`${folder}/cpu.cfs_quota_us`).trim()} ${read(`${folder}/cpu.cfs_period_us`)}`),
      ),
    ]),
    memory: narrowest([
      ...folders("").map((folder) =>
        memoryOf(folder, read, { max: "memory.max", used: "memory.current", files: "inactive_file" }),
      ),
      ...folders("memory").map((folder) =>
        memoryOf(folder, read, {
          max: "memory.limit_in_bytes",
          used: "memory.usage_in_bytes",
          files: "total_inactive_file",
        }),
      ),
    ]),
  };
}

/** Folders of the group of a controller and of all that it lies in; `""`: of the one hierarchy of version 2. */
function enclosing(groups: string, controller: string): string[] {
  const line = groups.split("\n").find((line) => line.split(":")[1]?.split(",").includes(controller));
  if (line === undefined) return [];
  const root = controller === "" ? "/sys/fs/cgroup" : `/sys/fs/cgroup/${controller}`;
  const parts = line
    .slice(line.indexOf("/") + 1)
    .split("/")
    .filter((part) => part !== "");
  // A container may see the whole path, but only its own group, and that as the root.
  return [root, ...parts.map((_, i) => `${root}/${parts.slice(0, i + 1).join("/")}`)];
}

/** `50000 100000` is half a core; `max 100000` and `-1 100000` are no limit. */
function cpusOf(text: string): number | null {
  const match = /^(\d+)\s+(\d+)/.exec(text);
  return match === null ? null : Number(match[1]) / Number(match[2]);
}

function memoryOf(
  folder: string,
  read: ReadText,
  names: { max: string; used: string; files: string },
): CgroupLimits["memory"] {
  const text = read(`${folder}/${names.max}`).trim();
  const most = text === "" ? Number.POSITIVE_INFINITY : limit(text);
  if (most === Number.POSITIVE_INFINITY) return null;
  const [used = 0] = numbers(read(`${folder}/${names.used}`));
  const [, files = "0"] =
    new RegExp(`^${names.files} (\\d+)$`, "m").exec(read(`${folder}/memory.stat`)) ?? [];
  return { limit: most, used: Math.max(0, used - Number(files)) };
}

function least(values: Array<number | null>): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function narrowest(limits: Array<CgroupLimits["memory"]>): CgroupLimits["memory"] {
  const known = limits.filter((limit) => limit !== null);
  return known.sort((a, b) => a.limit - a.used - (b.limit - b.used))[0] ?? null;
}
