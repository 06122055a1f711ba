import { formatAddress } from "../address.ts";
import { messageOf, OperationError, systemCode } from "../errors.ts";
import type { Logger } from "../log.ts";
import { errorResponse } from "./answers.ts";

/**
 * Outside development Bun 1.4 shares ports by default: a second server on a port in use would start without a
 * word and take half of the clients.
 */
export const HTTP_DEFAULTS = { development: false, reusePort: false };

/** Runs `start` and turns a failure to listen into a sentence. */
export function listen<T>(host: string, port: number, option: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    const code = systemCode(error);
    const why =
      code === "EADDRINUSE"
        ? `the port is in use; choose another with ${option}, or 0 for a free one`
        : code === "EACCES"
          ? `this user may not take that port; choose one from 1024 with ${option}`
          : code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EINVAL"
            ? "this machine has no such address"
            : messageOf(error);
    throw new OperationError(`Cannot listen on ${formatAddress(host, port)}: ${why}`);
  }
}

/** The answer to a request whose handler threw. */
export function internalError(error: unknown, log: Logger): Response {
  log.error("request_failed", { error: messageOf(error) });
  return errorResponse(500, "something went wrong here; it was logged");
}
