import type { Clock } from "./clock.ts";
import { sanitise } from "./sanitise.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["human", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What an event is about. Never the content of a message, never a secret. */
export type LogFields = Record<string, string | number | boolean | null>;

/** One line an event. `event` is a short stable name that a search can rely on. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  format: LogFormat;
  /** Events below this level are not written. */
  level: LogLevel;
  clock: Clock;
  /** Part of every line. */
  fields?: LogFields;
  /** Takes one line, without its newline. */
  write: (line: string) => void;
}

export function createLogger(options: LoggerOptions): Logger {
  const lowest = LOG_LEVELS.indexOf(options.level);
  const render = options.format === "json" ? jsonLine : humanLine;
  const at = (level: LogLevel) => {
    if (LOG_LEVELS.indexOf(level) < lowest) return () => {};
    return (event: string, fields: LogFields = {}) =>
      options.write(render(new Date(options.clock.now()), level, event, { ...options.fields, ...fields }));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Writes nothing. For tests and for features that run without a log. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function jsonLine(time: Date, level: LogLevel, event: string, fields: LogFields): string {
  // JSON escapes line ends, but not the direction marks that make a log read as something else.
  const clean = (_key: string, value: unknown) => (typeof value === "string" ? sanitise(value) : value);
  return JSON.stringify({ time: time.toISOString(), level, event, ...fields }, clean);
}

function humanLine(time: Date, level: LogLevel, event: string, fields: LogFields): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${humanValue(value)}`);
  return [time.toISOString().slice(11, 23), level.toUpperCase().padEnd(5), event, ...pairs].join(" ");
}

function humanValue(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const clean = sanitise(value);
  return /[\s"=]/.test(clean) || clean === "" ? JSON.stringify(clean) : clean;
}
