import { isBalancerUrl } from "../client/provision.ts";
import { OperationError, UsageError } from "../lib/errors.ts";
import { formatCounted, formatPercent } from "../lib/format.ts";
import type { Check, Demand } from "../lib/host/check.ts";
import { connectionChecks } from "../lib/host/connection-checks.ts";
import type { Host } from "../lib/host/host.ts";
import { cores } from "../lib/host/settings-checks.ts";
import { hasRoomAddresses } from "../protocol/handshake.ts";
import { MIN_TEXT_WITH_IDENTITY } from "./chatter/identity.ts";
import { clientsOf, type LoadOptions } from "./options.ts";
import { processesFor } from "./plan/processes.ts";

/** It has to fit into the first line of the results. */
const MAX_URL_LENGTH = 1000;

/** All that can be known before a test starts: throws as these two do, and answers with warnings. */
export function checkLoad(options: LoadOptions, host: Host): string[] {
  checkOptions(options);
  // Behind a balancer are several addresses.
  const targets = options.urls.some(isBalancerUrl) ? null : options.urls.length;
  return checkHost({ clients: clientsOf(options), processes: processesFor(options, host), targets }, host);
}

/** Options that contradict each other. Throws `UsageError`. */
export function checkOptions(options: LoadOptions): void {
  if (options.dialect === "register" && options.size.min < MIN_TEXT_WITH_IDENTITY) {
    throw new UsageError(
      `--size ${options.size.min}: a message of the register dialect carries its identity in its text; ` +
        `at least ${MIN_TEXT_WITH_IDENTITY} bytes are needed`,
    );
  }
  if (options.warmup >= options.duration) {
    throw new UsageError(
      "--warmup must be shorter than --duration (of --stages, all of them), or nothing is left to measure",
    );
  }
  const slow = clientsOf(options) * options.slow;
  if (options.slow === 1 || (slow > 0 && slow < 1)) {
    const whom = slow < 1 ? "nobody" : "everybody, and nobody is left to measure";
    throw new UsageError(
      `--slow ${formatPercent(options.slow)} of ${formatCounted(clientsOf(options), "client")} is ${whom}`,
    );
  }
  if (options.dialect !== "register" && options.rooms > 1 && !options.urls.every(hasRoomAddresses)) {
    throw new UsageError("--url has a path without {room}, so all clients share one room; use --rooms 1");
  }
  for (const { length } of options.urls) {
    if (length <= MAX_URL_LENGTH) continue;
    throw new UsageError(`--url has ${length} characters; at most ${MAX_URL_LENGTH} are allowed`);
  }
}

/** Clients, and over how many processes and addresses of the server they are spread. */
export type ClientSpread = Pick<Demand, "processes" | "targets"> & { clients: number };

/**
 * What this machine cannot do, before it fails halfway. Throws `OperationError` with advice; answers with sentences
 * about what will only just do.
 */
export function checkHost({ clients, processes, targets }: ClientSpread, host: Host): string[] {
  const demand: Demand = { connections: clients, role: "client", processes, targets };
  const checks = connectionChecks(host, demand);
  const short = checks.filter(({ verdict }) => verdict === "unfit");
  if (short.length > 0) {
    throw new OperationError(
      `This machine cannot hold ${formatCounted(clients, "client")}: ${short.map(explain).join("; ")}`,
    );
  }
  return [cores(host, demand), ...checks]
    .filter(({ fix }) => fix !== null)
    .map(
      (check) => `this machine is short of what ${formatCounted(clients, "client")} need: ${explain(check)}`,
    );
}

function explain({ name, found, needed, fix }: Check): string {
  return `${name} ${found}, needed ${needed} (${fix})`;
}
