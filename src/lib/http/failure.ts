import { systemCode } from "../errors.ts";

/** Why no HTTP answer came from a host, in words. */
export function explainFailure(error: unknown, host: string): string {
  const code = systemCode(error);
  if (code === "ConnectionRefused" || code === "ECONNREFUSED") return `nothing listens on ${host}`;
  if (code === "ENOTFOUND" || code === "FailedToOpenSocket") return `${host} cannot be found`;
  return `${host} does not answer`;
}
