import type { LogFields, Logger } from "../lib/log.ts";

/** What became of a publication. */
export type Outcome = "stored" | "duplicate" | "refused";

/** One message of a client here. Its line is written when the log has answered and everyone here has been sent it. */
export class MessageTrace {
  private isAnswered = false;
  private isSent = false;

  constructor(
    private readonly fields: LogFields,
    private readonly log: Logger,
  ) {}

  answered(outcome: Outcome, offset: number | null, at: number): void {
    Object.assign(this.fields, { outcome, offset, published: stamp(at) });
    this.isAnswered = true;
    // Nothing of it will be delivered.
    if (this.isSent || outcome !== "stored") this.write();
  }

  delivered(heardAt: number, sentAt: number): void {
    Object.assign(this.fields, { delivered: stamp(heardAt), sent: stamp(sentAt) });
    this.isSent = true;
    if (this.isAnswered) this.write();
  }

  private write(): void {
    this.log.info("trace", this.fields);
  }
}

/** Milliseconds since the epoch, to the microsecond. */
export function stamp(at: number): number {
  return Math.round(at * 1000) / 1000;
}
