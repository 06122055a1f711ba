import type { Clock } from "../lib/clock.ts";
import type { LogFields, Logger } from "../lib/log.ts";
import type { Introduction } from "../protocol/fleet.ts";
import type { DecisionEvent, NewEvent } from "./status.ts";

const KEPT = 200;

/** What was decided and what happened, newest last: into the log, and to whoever listens. */
export class EventLog {
  readonly recent: DecisionEvent[] = [];
  private readonly listeners = new Set<(event: DecisionEvent) => void>();
  private count = 0;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  add(event: NewEvent): void {
    const numbered: DecisionEvent = { number: ++this.count, at: Math.round(this.clock.now()), ...event };
    this.recent.push(numbered);
    if (this.recent.length > KEPT) this.recent.shift();
    const { type, server, reason, figures, moves } = event;
    const fields: LogFields = { server, reason, ...figures };
    if (moves !== undefined)
      fields.moves = moves.map(({ room, clients, to }) => `${clients} of ${room} to ${to}`).join(", ");
    if (type === "died") this.log.warn(type, fields);
    else this.log.info(type, fields);
    for (const listener of this.listeners) listener(numbered);
  }

  /** A server takes clients from now on. */
  joined({ id, url }: Pick<Introduction, "id" | "url">): void {
    const { hostname, port } = new URL(url);
    // One that listens everywhere is where a client is already: only its port says something.
    const where = hostname === "0.0.0.0" || hostname === "[::]" ? `on port ${port}` : `at ${url}`;
    this.add({ type: "joined", server: id, reason: `server ${id} takes clients ${where}`, figures: {} });
  }

  /** Calls `listener` with each event from now on; call the answer to end it. */
  listen(listener: (event: DecisionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
