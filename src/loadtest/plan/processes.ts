import { OTHER_FILES } from "../../lib/host/connection-checks.ts";
import type { Host } from "../../lib/host/host.ts";
import { clientsOf, type LoadOptions, ratesOf } from "../options.ts";

/** One process holds more, but then it spends its time on collecting garbage. */
const CLIENTS_PER_PROCESS = 20_000;
/** One process reads more, but then late, and its own delay is part of what it measures. */
const DELIVERIES_PER_PROCESS = 250_000;

/** How many processes generate this load: as many as were asked for, or as few as will do. */
export function processesFor(options: LoadOptions, { openFiles, cores }: Host): number {
  const clients = clientsOf(options);
  if (options.processes !== "auto") return Math.min(options.processes, clients);
  const most = Math.min(CLIENTS_PER_PROCESS, (openFiles?.soft ?? Number.POSITIVE_INFINITY) - OTHER_FILES);
  const toHold = Math.ceil(clients / Math.max(1, most));
  const toRead = Math.ceil(ratesOf(options).deliveries / DELIVERIES_PER_PROCESS);
  return Math.max(1, toHold, Math.min(toRead, cores));
}
