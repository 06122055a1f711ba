import { OperationError } from "../lib/errors.ts";
import { formatCounted } from "../lib/format.ts";
import type { RunSummary } from "../results/summary.ts";

/**
 * A run that went on without some of its clients shows what the rest got, not what a server carries. Throws
 * `OperationError`.
 */
export function refuseLostClients({ label, meta, disturbances }: RunSummary): void {
  const lost = disturbances?.lost_clients ?? 0;
  const refused = meta?.end?.connect_errors ?? 0;
  const found = [
    ...(lost === 0 ? [] : [`${formatCounted(lost, "client")} lost the connection for good`]),
    ...(refused === 0 ? [] : [`${formatCounted(refused, "client")} could not connect`]),
  ];
  if (found.length === 0) return;
  throw new OperationError(
    `Cannot measure the capacity: in ${label} ${found.join(" and ")}; repeat the run with a load that keeps all of them`,
  );
}

/** What went wrong in a run that still shows something, in words; `null` for one that went as planned, or does not say. */
export function mishapOf({ meta, disturbances }: RunSummary): string | null {
  const cut = disturbances?.disconnects ?? 0;
  if (cut > 0) return `${formatCounted(cut, "connection")} broke and came back`;
  if (meta === null) return null;
  if (meta.end === undefined) return "the run did not finish";
  return meta.end.interrupted ? "the run was interrupted" : null;
}
