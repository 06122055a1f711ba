/**
 * A histogram that is cheap to add to: plain numbers, no labels, no objects. Read by `Metrics.histogram` when somebody
 * scrapes.
 */
export class Observations {
  /** By bucket, the last one for what is above all bounds; a bucket does not hold those below it. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  /** `bounds` are the largest values of each bucket, ascending. */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  add(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
    this.count++;
  }
}

/**
 * Seconds from what a quiet server takes for a message to what nobody waits for. Two seconds are a bound, because an
 * answer that takes longer counts as none.
 */
export const LATENCY_SECONDS: readonly number[] = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2, 5, 10],
];
