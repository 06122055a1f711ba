/** One planned send. */
export interface PlannedSend {
  /** Index of the client. */
  client: number;
  /** Milliseconds after the start of sending. */
  due: number;
}

/**
 * The open-loop schedule: who sends when, decided before the first send and independent of what the server does.
 * Every client sends once an interval, so the order within one interval, by phase, repeats in all of them.
 */
export class Pacer {
  private readonly order: Uint32Array;

  /** `phases` are milliseconds into an interval, one for each client; nothing is due from `duration` on. */
  constructor(
    private readonly phases: readonly number[],
    private readonly interval: number,
    private readonly duration: number,
  ) {
    this.order = Uint32Array.from(phases.keys()).sort((a, b) => phases[a]! - phases[b]!);
  }

  /** The `k`-th send of all, counted from 0, or `null` when the schedule is over. */
  at(k: number): PlannedSend | null {
    if (this.order.length === 0) return null;
    const client = this.order[k % this.order.length]!;
    const due = Math.floor(k / this.order.length) * this.interval + this.phases[client]!;
    // Within the last interval a later client may be over the end, and then all after it are.
    return due < this.duration ? { client, due } : null;
  }
}
