import type { LoopDelay } from "../loop-delay.ts";
import { memoryInUse } from "../memory.ts";
import { maxOpenFiles, openFiles } from "../open-files.ts";
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
