import { isObject, type JsonObject } from "../lib/json.ts";

/** The first line of a results file: what was run, where, and, once it is over, how it ended. */
export interface RunMeta {
  version: 1;
  rooms: number;
  room_size: number;
  interval_ms: number;
  /** Bytes of text in a message. */
  size: number;
  dialect: string;
  /** ISO 8601: when sending started. */
  started_at: string;
  seed: number;
  host: HostFacts;
  duration_ms?: number;
  /** From `started_at`: left out of the figures. */
  warmup_ms?: number;
  url?: string;
  /** The command line that made it. */
  command?: string;
  /** What made the load other than so many clients that all do the same, in words. */
  load?: string;
  /** Rooms were of unlike sizes, or members came and went: `room_size` is that of the largest room. */
  rooms_vary?: true;
  /** Processes that generated the load. */
  processes?: number;
  /** Only one in so many messages was written down, with all its deliveries; 1 when not said. */
  sample?: number;
  /** Written when the run is over; a file without it was cut short. */
  end?: RunEnd;
}

export interface HostFacts {
  cores: number;
  cpu: string;
  memory_bytes: number;
  os: string;
}

/** The generator's own account of the run, after the warm-up. */
export interface RunEnd {
  /** ISO 8601. */
  ended_at: string;
  sent: number;
  /** Sum over the messages of the members of their rooms when they were sent. */
  expected: number;
  received: number;
  /** Clients that could not connect. */
  connect_errors: number;
  /** Connections that ended before the test did. */
  disconnects: number;
  /** True when a signal ended the run before its time. */
  interrupted: boolean;
  /** Only where something disturbed the run. */
  disturbances?: Disturbances;
  /** How the generator itself fared. */
  generator?: GeneratorHealth;
  /** Why the figures should not be trusted, in words; empty when the generator kept up. */
  warnings: string[];
}

/** The load generator over time, the worst of its processes in each slot; from the start of sending. */
export interface GeneratorHealth {
  slot_s: number;
  /** Of one core. */
  cpu_percent: number[];
  /** Of all cores of the generator's machine, whoever used them. */
  host_cpu_percent?: number[];
  /** The longest time for which the event loop was busy with something else. */
  loop_delay_ms: number[];
  /** 99th percentile of how late messages were sent. */
  send_lag_ms: number[];
}

/** What clients went through that reconnect, resume and follow redirects by themselves. */
export interface Disturbances {
  /** Times that a client came back after it had lost its connection. */
  reconnects: number;
  /** How long that took, from the loss to the new welcome, milliseconds; `null` when nobody came back. */
  back_ms: { p50: number; p99: number; max: number } | null;
  /** Clients that did not come back. */
  lost_clients: number;
  /** Times that a client went on at another server because it was told to. */
  redirects: number;
  /** Times that a client was told of messages that the log no longer holds. */
  gaps: number;
}

const PREFIX = "# scale-chat ";
/** Room for `end`, so that the line can be rewritten in place when the run is over. */
const LINE_BYTES = 8192;

/**
 * The comment line with its newline, padded with spaces (which JSON ignores) to a fixed length in bytes.
 * A longer one is cut down by leaving out the warnings that do not fit.
 */
export function encodeRunMeta(meta: RunMeta): string {
  const line = PREFIX + JSON.stringify(meta);
  const missing = LINE_BYTES - 1 - Buffer.byteLength(line);
  if (missing >= 0) return `${line}${" ".repeat(missing)}\n`;
  if (meta.end !== undefined && meta.end.warnings.length > 0) {
    return encodeRunMeta({ ...meta, end: { ...meta.end, warnings: meta.end.warnings.slice(0, -1) } });
  }
  if (meta.end?.generator !== undefined) {
    const { generator, ...end } = meta.end;
    return encodeRunMeta({ ...meta, end });
  }
  throw new RangeError(`The description of the run is ${-missing} bytes too long for its line`);
}

/** Does this line claim to describe a run? */
export function isRunMetaLine(line: string): boolean {
  return line.startsWith(PREFIX.trimEnd());
}

/** Reads the first line of a file; `null` when it is not such a comment or says nothing usable. */
export function decodeRunMeta(line: string): RunMeta | null {
  if (!line.startsWith(PREFIX)) return null;
  try {
    const meta: unknown = JSON.parse(line.slice(PREFIX.length));
    return isRunMeta(meta) ? meta : null;
  } catch {
    return null;
  }
}

/** Checks what a reader of results calculates with; the rest only describes. */
function isRunMeta(value: unknown): value is RunMeta {
  if (!isObject(value) || value.version !== 1) return false;
  return (
    isCount(value.rooms, 1) &&
    isCount(value.room_size, 1) &&
    isWarmup(value) &&
    (value.end === undefined || isRunEnd(value.end))
  );
}

/** A warm-up can only be cut when it is known when it began. */
function isWarmup({ warmup_ms: length, started_at: start }: JsonObject): boolean {
  return length === undefined || length === 0 || (isCount(length, 1) && isTime(start));
}

function isRunEnd(value: unknown): value is RunEnd {
  if (!isObject(value)) return false;
  const counts = ["sent", "expected", "received", "connect_errors", "disconnects"];
  const warnings = value.warnings;
  return (
    counts.every((name) => isCount(value[name], 0)) &&
    (value.disturbances === undefined || isDisturbances(value.disturbances)) &&
    (value.generator === undefined || isGeneratorHealth(value.generator)) &&
    typeof value.interrupted === "boolean" &&
    Array.isArray(warnings) &&
    warnings.every((warning) => typeof warning === "string")
  );
}

function isDisturbances(value: unknown): value is Disturbances {
  if (!isObject(value)) return false;
  const { back_ms: back } = value;
  const counts = ["reconnects", "lost_clients", "redirects", "gaps"];
  return (
    counts.every((name) => isCount(value[name], 0)) &&
    (back === null || (isObject(back) && ["p50", "p99", "max"].every((name) => Number.isFinite(back[name]))))
  );
}

function isGeneratorHealth(value: unknown): value is GeneratorHealth {
  if (!isObject(value) || !isCount(value.slot_s, 1)) return false;
  const isColumn = (column: unknown) => Array.isArray(column) && column.every(Number.isFinite);
  const columns = ["cpu_percent", "loop_delay_ms", "send_lag_ms"];
  const { host_cpu_percent: host } = value;
  return columns.every((name) => isColumn(value[name])) && (host === undefined || isColumn(host));
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
