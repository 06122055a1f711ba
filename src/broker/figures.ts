/** What an implementation tells of itself to those who watch it. Totals are since its start. */
export interface BrokerFigures {
  kind: "memory" | "file" | "redis" | "relay";
  /** Batches that were stored or asked for at once, and how many publications (of a relay: requests) were in them. */
  batches: number;
  batched: number;
  /** The connections that it lives on, by what they are for: 1 while it is there, else 0. */
  links: Readonly<Record<string, 0 | 1>>;
  /** What the last look at whether it answers took, milliseconds; `null` where nobody looks. */
  roundTripMs: number | null;
  /** Times that a log could not be read because of what somebody else has put into it. */
  corruptReads: number;
}

/** Counts batches. */
export class BatchCount {
  batches = 0;
  batched = 0;

  add(size: number): void {
    this.batches++;
    this.batched += size;
  }
}
