import {
  createLogger,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFields,
  type LogFormat,
  type Logger,
  type LogLevel,
} from "../lib/log.ts";
import type { CliCommand } from "./command.ts";
import { oneOf } from "./parsers.ts";
import type { Runtime } from "./runtime.ts";

/** What `--log-format` and `--log-level` say. */
export interface LogOptions {
  logFormat?: LogFormat;
  logLevel: LogLevel;
}

/** The options of a command that keeps a log. */
export function logOptions(command: CliCommand): void {
  command
    .optionsGroup("Log:")
    .setting(
      "--log-format <format>",
      `${LOG_FORMATS.join(" or ")} (default: human on a terminal, else json)`,
      oneOf(LOG_FORMATS),
    )
    .setting("--log-level <level>", `lowest level: ${LOG_LEVELS.join(", ")}`, oneOf(LOG_LEVELS), "info");
}

/** The same for the command line of another process of this program, which writes to the same place. */
export function logArguments(options: LogOptions, stdout: Runtime["stdout"]): string[] {
  return [`--log-format=${formatOf(options, stdout)}`, `--log-level=${options.logLevel}`];
}

/**
 * The log of a command on stdout; unless told otherwise for people on a terminal, for programs elsewhere. `fields`
 * are part of every line.
 */
export function openLog(options: LogOptions, { clock, stdout }: Runtime, fields: LogFields = {}): Logger {
  return createLogger({
    fields,
    format: formatOf(options, stdout),
    level: options.logLevel,
    clock,
    write: (line) => stdout.write(`${line}\n`),
  });
}

function formatOf({ logFormat }: LogOptions, stdout: Runtime["stdout"]): LogFormat {
  return logFormat ?? (stdout.isTTY ? "human" : "json");
}
