import { readFileSync, statSync } from "node:fs";

/** Files that this process has open; Linux tells the count as the folder's size, which costs nothing. 0 before 6.2. */
export function openFiles(): number {
  return statSync("/proc/self/fd", { throwIfNoEntry: false })?.size ?? 0;
}

let most = 0;

/** How many it may have open; 0 where the system does not say. */
export function maxOpenFiles(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    most = soft === undefined ? 0 : Number(soft);
  } catch {
    // Not Linux, or there is no file left to ask with: then it is what it was.
  }
  return most;
}
