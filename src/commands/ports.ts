import { UsageError } from "../lib/errors.ts";

export interface Ports {
  host: string;
  port: number;
  adminHost: string;
  adminPort: number;
}

const EVERYWHERE = ["0.0.0.0", "::"];

/** Throws `UsageError` where the two ports would be one. */
export function checkPorts({ host, port, adminHost, adminPort }: Ports): void {
  if (port === 0 || port !== adminPort) return;
  const meet = host === adminHost || [host, adminHost].some((name) => EVERYWHERE.includes(name));
  if (meet) throw new UsageError(`--port and --admin-port are both ${port}: they are two ports`);
}
