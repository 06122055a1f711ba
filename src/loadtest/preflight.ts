import { isBalancerUrl } from "../client/provision.ts";
import { OperationError, UsageError } from "../lib/errors.ts";
import { formatBytes, formatCount } from "../lib/format.ts";
import { hasRoomAddresses } from "../protocol/handshake.ts";
import type { HostLimits } from "./host.ts";
import { MIN_TEXT_WITH_IDENTITY } from "./identity.ts";
import type { LoadOptions } from "./options.ts";

/** It has to fit into the first line of the results. */
const MAX_URL_LENGTH = 1000;
/** Files that a process needs besides its connections. */
const OTHER_FILES = 64;
/** What a connection costs the generator and the kernel together, generously. */
const BYTES_PER_CLIENT = 24 * 1024;

/** Options that contradict each other. Throws `UsageError`. */
export function checkOptions(options: LoadOptions): void {
  if (options.dialect === "register" && options.size < MIN_TEXT_WITH_IDENTITY) {
    throw new UsageError(
      `--size ${options.size}: a message of the register dialect carries its identity in its text; ` +
        `at least ${MIN_TEXT_WITH_IDENTITY} bytes are needed`,
    );
  }
  if (options.warmup >= options.duration) {
    throw new UsageError("--warmup must be shorter than --duration, or nothing is left to measure");
  }
  if (options.dialect !== "register" && options.rooms > 1 && !hasRoomAddresses(options.url)) {
    throw new UsageError("--url has a path without {room}, so all clients share one room; use --rooms 1");
  }
  if (options.url.length > MAX_URL_LENGTH) {
    throw new UsageError(`--url has ${options.url.length} characters; at most ${MAX_URL_LENGTH} are allowed`);
  }
}

/** What this machine cannot do, before it fails halfway. Throws `OperationError` with advice. */
export function checkHost(options: LoadOptions, host: HostLimits): void {
  const clients = options.rooms * options.roomSize;
  const files = host.fileLimit ?? Number.POSITIVE_INFINITY;
  if (clients + OTHER_FILES > files) {
    throw new OperationError(
      `${formatCount(clients)} clients need as many open files, and this process may have ${formatCount(files)}: ` +
        `raise the limit (ulimit -n ${clients + OTHER_FILES}), or use fewer clients in each of several load tests`,
    );
  }
  const ports =
    host.portRange === null ? Number.POSITIVE_INFINITY : host.portRange.to - host.portRange.from + 1;
  // Behind a balancer are several addresses.
  if (clients > ports && !isBalancerUrl(options.url)) {
    throw new OperationError(
      `${formatCount(clients)} clients need as many local ports, and there are ${formatCount(ports)} to one ` +
        "address: widen them (sysctl net.ipv4.ip_local_port_range='1024 65535'), or run several load tests, " +
        "each against another address of the server (127.0.0.1, 127.0.0.2, …)",
    );
  }
  if (clients * BYTES_PER_CLIENT > host.freeMemory) {
    throw new OperationError(
      `${formatCount(clients)} clients need about ${formatBytes(clients * BYTES_PER_CLIENT)} of memory, and ` +
        `${formatBytes(host.freeMemory)} are free: use fewer rooms or smaller ones`,
    );
  }
}

/** The machine in one line. */
export function describeHost({ facts, fileLimit, portRange }: HostLimits): string {
  const files =
    fileLimit === null ? "unknown" : Number.isFinite(fileLimit) ? formatCount(fileLimit) : "unlimited";
  const ports = portRange === null ? "unknown" : `${portRange.from}-${portRange.to}`;
  const cores = `${facts.cores} core${facts.cores === 1 ? "" : "s"}`;
  return `${cores}, ${formatBytes(facts.memory_bytes)} memory, open files ${files}, ports ${ports}`;
}
