import { createLogger, type LogFormat, type Logger, type LogLevel } from "../lib/log.ts";
import type { Runtime } from "./runtime.ts";

/** What `--log-format` and `--log-level` say. */
export interface LogOptions {
  logFormat?: LogFormat;
  logLevel: LogLevel;
}

/** The log of a command on stdout; unless told otherwise for people on a terminal, for programs elsewhere. */
export function openLog({ logFormat, logLevel }: LogOptions, { clock, stdout }: Runtime): Logger {
  return createLogger({
    format: logFormat ?? (stdout.isTTY ? "human" : "json"),
    level: logLevel,
    clock,
    write: (line) => stdout.write(`${line}\n`),
  });
}
