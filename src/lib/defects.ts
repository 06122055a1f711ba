import { messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";

/**
 * From now on an error that nobody caught is logged as `unexpected` instead of ending the process: one broken
 * callback must not take everybody's connection down with it.
 */
export function outliveDefects(log: Logger): void {
  const report = (error: unknown) => log.error("unexpected", { error: messageOf(error) });
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}
