import { LATENCY_SECONDS, Observations } from "../lib/metrics/observations.ts";
import { KNOWN_CLOSE_CODES } from "../protocol/close-codes.ts";
import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";
import { REFUSAL_RULES, type RefusalRule } from "./admission/refusal.ts";

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** What a server counts while it runs; read by `/stats` and `/metrics`. Plain numbers: they stand on the hot path. */
export class Counters {
  /** Connections accepted since the start, by dialect. */
  readonly accepted = Object.fromEntries(DIALECT_NAMES.map((name) => [name, 0])) as Record<
    DialectName,
    number
  >;
  /** Handshakes answered with an HTTP error, by the rule that they broke. */
  readonly refused = Object.fromEntries(REFUSAL_RULES.map((rule) => [rule, 0])) as Record<
    RefusalRule,
    number
  >;
  connections = 0;
  /** Clients let into rooms. */
  joins = 0;
  /** Valid messages from clients. */
  messagesIn = 0;
  /** Those of them that the log was asked to store, and how many of these it has answered, in whichever way. */
  published = 0;
  answered = 0;
  /** Messages that came from the log, once for each room that hears them. */
  heard = 0;
  /** Messages that had been stored before. */
  duplicates = 0;
  /** Messages times the clients they went to. */
  deliveries = 0;
  /** Those of messages that a client of this server has sent. */
  ownDeliveries = 0;
  /** WebSocket frames published times the clients they went to. */
  socketWrites = 0;
  /** Frames to one client alone: its welcome, its acknowledgements, what it missed. */
  directWrites = 0;
  /** Bytes of the texts of frames, without what the protocols below add. */
  readonly bytes = { in: 0, out: 0 };
  /** Clients that asked to resume, by what came of it. */
  resumed = { recovered: 0, gap: 0 };
  /** Invalid or failed frames by error code. */
  readonly errors: Record<string, number> = {};
  /** Connections that ended, from whichever side, by close code; those of clients' own are `other`. */
  readonly closed: Record<string, number> = Object.fromEntries(
    [...KNOWN_CLOSE_CODES, "other"].map((code) => [code, 0]),
  );
  /** Seconds from the receipt of a message to its last send, for those that came from clients of this server. */
  readonly processing = new Observations(LATENCY_SECONDS);
  /** Seconds until the log has answered a publication. */
  readonly publishing = new Observations(LATENCY_SECONDS);
  /** Messages that came from the log at once, for one room. */
  readonly batchSizes = new Observations(BATCH_SIZES);

  close(code: number): void {
    this.closed[KNOWN_CLOSE_CODES.has(code) ? code : "other"]!++;
  }

  error(code: string): void {
    this.errors[code] = (this.errors[code] ?? 0) + 1;
  }
}
