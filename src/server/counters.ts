import { DIALECT_NAMES, type DialectName } from "../protocol/dialect.ts";

/** What a server counts while it runs; read by `/stats`. Plain numbers: they stand on the hot path. */
export class Counters {
  /** Connections accepted since the start, by dialect. */
  readonly accepted = Object.fromEntries(DIALECT_NAMES.map((name) => [name, 0])) as Record<
    DialectName,
    number
  >;
  /** Handshakes answered with an HTTP error. */
  refused = 0;
  connections = 0;
  /** Valid messages from clients. */
  messagesIn = 0;
  /** Messages that had been stored before. */
  duplicates = 0;
  /** Messages times the clients they went to. */
  deliveries = 0;
  /** WebSocket frames published times the clients they went to. */
  socketWrites = 0;
  /** Clients that asked to resume, by what came of it. */
  resumed = { recovered: 0, gap: 0 };
  /** Invalid or failed frames by error code. */
  readonly errors: Record<string, number> = {};
  /** Connections that ended, from whichever side, by close code. */
  readonly closed: Record<number, number> = {};

  error(code: string): void {
    this.errors[code] = (this.errors[code] ?? 0) + 1;
  }
}
