import { readFileSync, statSync } from "node:fs";
import type { LoopDelay } from "../loop-delay.ts";
import { memoryInUse } from "../memory.ts";
import type { Metrics } from "./metrics.ts";

/**
 * The figures of this process, under the names that Prometheus' own libraries give them. Not those of prom-client: it
 * reads the folder of all open files, which takes long where there are thousands, and knows no memory of Bun's.
 */
export function processMetrics(metrics: Metrics, version: string, loopDelay: LoopDelay): void {
  const startedAt = Math.round(performance.timeOrigin) / 1000;
  metrics.gauge("scale_chat_build_info", "Always 1.", () => ({ [version]: 1 }), "version");
  metrics.gauge("process_start_time_seconds", "Start of the process, since the epoch.", () => startedAt);
  metrics.counter("process_cpu_seconds_total", "Processor time, user and system.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge("process_resident_memory_bytes", "Resident memory.", () => memoryInUse().resident);
  metrics.gauge("process_heap_bytes", "Memory of JavaScript's objects.", () => memoryInUse().heap);
  metrics.gauge("process_open_fds", "Open files; connections are files. 0 before Linux 6.2.", openFiles);
  metrics.gauge("process_max_fds", "Most open files that this process may have.", maxOpenFiles);
  metrics.histogram(
    "scale_chat_event_loop_delay_seconds",
    "How late a timer of 20 ms fired: the time for which the event loop was busy with something else.",
    loopDelay.seen,
  );
  metrics.gauge(
    "scale_chat_event_loop_delay_worst_seconds",
    "The longest delay within the last 10 to 20 seconds.",
    () => loopDelay.recentWorst() / 1000,
  );
}

/** Linux tells the count as the folder's size; that costs nothing, however many there are. */
function openFiles(): number {
  return statSync("/proc/self/fd", { throwIfNoEntry: false })?.size ?? 0;
}

let mostFiles = 0;

function maxOpenFiles(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    mostFiles = soft === undefined ? 0 : Number(soft);
  } catch {
    // Not Linux, or there is no file left to ask with: then it is what it was.
  }
  return mostFiles;
}
