import { LATENCY_SECONDS, Observations } from "../lib/metrics/observations.ts";
import { zeroes } from "../lib/zeroes.ts";
import { KNOWN_CLOSE_CODES } from "../protocol/close-codes.ts";
import { DIALECT_NAMES } from "../protocol/dialect.ts";
import { ERROR_CODES } from "../protocol/frames.ts";
import { REFUSAL_RULES } from "./admission/refusal.ts";

const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** What a server counts while it runs; read by `/stats` and `/metrics`. Plain numbers: they stand on the hot path. */
export class Counters {
  /** Connections accepted since the start, by dialect. */
  readonly accepted = zeroes(DIALECT_NAMES);
  /** Handshakes answered with an HTTP error, by the rule that they broke. */
  readonly refused = zeroes(REFUSAL_RULES);
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
  /** Frames that were answered with an error, by its code; and joins for which the log could not be read. */
  readonly errors = zeroes([...ERROR_CODES, "room_unavailable"]);
  /** Clients that were cut because they did not read, without a close code that could tell it. */
  cut = 0;
  /** Connections that ended, from whichever side, by close code; those of clients' own are `other`. */
  readonly closed = zeroes([...KNOWN_CLOSE_CODES, "other"].map(String));
  /** Seconds from the receipt of a message to its last send, for those that came from clients of this server. */
  readonly processing = new Observations(LATENCY_SECONDS);
  /** Seconds until the log has answered a publication. */
  readonly publishing = new Observations(LATENCY_SECONDS);
  /** Messages that came from the log at once, for one room. */
  readonly batchSizes = new Observations(BATCH_SIZES);

  close(code: number): void {
    this.closed[KNOWN_CLOSE_CODES.has(code) ? code : "other"]!++;
  }

  error(code: keyof Counters["errors"]): void {
    this.errors[code]++;
  }
}
