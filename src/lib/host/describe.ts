import { formatBytes, formatCount, formatCounted } from "../format.ts";
import type { Host } from "./host.ts";

/** The machine in one line. */
export function describeHost({ cores, memory, openFiles, ports }: Host): string {
  const soft = openFiles?.soft;
  const files = soft === undefined ? "unknown" : Number.isFinite(soft) ? formatCount(soft) : "unlimited";
  const range = ports === null ? "unknown" : `${ports.from}-${ports.to}`;
  return `${formatCounted(cores, "core")}, ${formatBytes(memory.total)} memory, open files ${files}, ports ${range}`;
}
