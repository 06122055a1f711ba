/**
 * A log-linear histogram: constant memory, constant time, and a relative error of at most 1/128.
 * For figures that are shown while they change; final figures come from `Distribution`, which is exact.
 */
export class Histogram {
  /** Values in each bucket; with `of`, the form in which a histogram travels between processes. */
  readonly counts: Uint32Array = new Uint32Array(BUCKETS);
  private total = 0;

  /** A copy of a histogram with these `counts`. */
  static of(counts: Uint32Array): Histogram {
    const histogram = new Histogram();
    histogram.counts.set(counts);
    for (const count of counts) histogram.total += count;
    return histogram;
  }

  get count(): number {
    return this.total;
  }

  /** Adds a value in microseconds; negative values count as zero. */
  add(value: number): void {
    this.counts[bucketOf(value)]!++;
    this.total++;
  }

  /** Adds how long after `since` each of `times` was, microseconds. */
  addSince(since: number, times: readonly number[]): void {
    const { counts } = this;
    for (const time of times) counts[bucketOf(time - since)]!++;
    this.total += times.length;
  }

  /** The smallest value that at least `percent` % of all values do not exceed, or `null` when empty. */
  percentile(percent: number): number | null {
    if (this.total === 0) return null;
    let left = Math.max(1, Math.ceil((percent / 100) * this.total));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket]!;
      if (left <= 0) return upperBound(bucket);
    }
    return upperBound(BUCKETS - 1);
  }

  /** Adds all values of another histogram. */
  merge(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.counts[bucket]! += other.counts[bucket]!;
    this.total += other.total;
  }

  reset(): void {
    this.counts.fill(0);
    this.total = 0;
  }
}

const PRECISION_BITS = 7;
const LINEAR = 1 << PRECISION_BITS;
/** Up to 2^32 microseconds, a little over an hour; anything longer falls into the last bucket. */
const BUCKETS = (32 - PRECISION_BITS + 1) * LINEAR;

function bucketOf(value: number): number {
  const whole = value > 0 ? Math.min(value, 2 ** 32 - 1) >>> 0 : 0;
  if (whole < LINEAR) return whole;
  const shift = 31 - Math.clz32(whole) - PRECISION_BITS;
  return (shift + 1) * LINEAR + ((whole >>> shift) - LINEAR);
}

function upperBound(bucket: number): number {
  if (bucket < LINEAR) return bucket;
  const shift = Math.floor(bucket / LINEAR) - 1;
  return (LINEAR + (bucket % LINEAR) + 1) * 2 ** shift - 1;
}
