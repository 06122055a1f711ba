const DENSE_LIMIT = 2 ** 20;
const CHUNK = 2 ** 16;

/**
 * Every value of a sample, so that its percentiles are exact. Values below 2^20 (a second, in microseconds)
 * are counted one by one in 4 MiB; only the rarer ones outside are kept, at 8 bytes each.
 */
export class Distribution {
  private dense: Uint32Array | undefined;
  private denseCount = 0;
  private full: Float64Array[] = [];
  private tail = new Float64Array(0);
  private tailLength = 0;
  private mean_ = 0;
  private squares = 0;
  private min_ = Number.POSITIVE_INFINITY;
  private max_ = Number.NEGATIVE_INFINITY;
  private total = 0;

  get count(): number {
    return this.total;
  }

  /** The arithmetic mean, or `null` when empty. */
  get mean(): number | null {
    return this.total === 0 ? null : this.mean_;
  }

  /** The standard deviation of the whole population, or `null` when empty. */
  get sd(): number | null {
    return this.total === 0 ? null : Math.sqrt(this.squares / this.total);
  }

  get min(): number | null {
    return this.total === 0 ? null : this.min_;
  }

  get max(): number | null {
    return this.total === 0 ? null : this.max_;
  }

  /** Adds a whole number; negative ones (two clocks that disagree) are kept as they are. */
  add(value: number): void {
    this.total++;
    // Welford's update: sums of squares of large values would lose the small differences.
    const delta = value - this.mean_;
    this.mean_ += delta / this.total;
    this.squares += delta * (value - this.mean_);
    if (value < this.min_) this.min_ = value;
    if (value > this.max_) this.max_ = value;

    if (value >= 0 && value < DENSE_LIMIT) {
      this.dense ??= new Uint32Array(DENSE_LIMIT);
      this.dense[value]!++;
      this.denseCount++;
    } else {
      this.keep(value);
    }
  }

  /** The nearest-rank percentiles: each the smallest value that at least `p` % of all do not exceed. */
  percentiles(wanted: readonly number[]): Array<number | null> {
    if (this.total === 0) return wanted.map(() => null);
    const tail = this.sortedTail();
    const negatives = firstNotBelowZero(tail);
    const answers = new Map<number, number>();
    const ascending = [...new Set(wanted)].sort((a, b) => a - b);
    let value = -1;
    let seen = negatives;
    for (const percent of ascending) {
      const rank = Math.min(this.total, Math.max(1, Math.ceil(exactRank(percent, this.total))));
      if (rank <= negatives) answers.set(percent, tail[rank - 1]!);
      else if (rank > negatives + this.denseCount) answers.set(percent, tail[rank - 1 - this.denseCount]!);
      else {
        while (seen < rank) seen += this.dense![++value]!;
        answers.set(percent, value);
      }
    }
    return wanted.map((percent) => answers.get(percent)!);
  }

  private keep(value: number): void {
    if (this.tailLength === this.tail.length) {
      if (this.tailLength > 0) this.full.push(this.tail);
      this.tail = new Float64Array(CHUNK);
      this.tailLength = 0;
    }
    this.tail[this.tailLength++] = value;
  }

  private sortedTail(): Float64Array {
    const sizes = this.full.reduce((sum, chunk) => sum + chunk.length, 0);
    const all = new Float64Array(sizes + this.tailLength);
    let at = 0;
    for (const chunk of this.full) {
      all.set(chunk, at);
      at += chunk.length;
    }
    all.set(this.tail.subarray(0, this.tailLength), at);
    all.sort();
    this.full = [];
    this.tail = all;
    this.tailLength = all.length;
    return all;
  }
}

/** `percent` of `total` without the dust of binary fractions: 99.9 % of 10,000 is 9,990, not 9,990.000…1. */
function exactRank(percent: number, total: number): number {
  const rank = (percent * total) / 100;
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) < 1e-9 * total ? nearest : rank;
}

function firstNotBelowZero(sorted: Float64Array): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
