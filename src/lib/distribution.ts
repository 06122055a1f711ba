const DENSE_LIMIT = 2 ** 20;
const MIDDLE_LIMIT = 2 ** 32;
const CHUNK = 2 ** 16;

/** A distribution on its way from one process to another. */
export interface DistributionState {
  /** How often each value below 2^20 came, up to the largest of them; empty when none did. */
  dense: Uint32Array;
  negative: Values;
  middle: Values;
  high: Values;
  count: number;
  min: number;
  max: number;
}

/**
 * Every value of a sample, so that its percentiles are exact. Values below 2^20 (a second, in microseconds)
 * are counted one by one in 4 MiB; the rarer ones above are kept at 4 bytes each, and at 8 those that are
 * negative or from 2^32 (over an hour). All figures come out of the sorted values: they are the same to the last
 * digit in whatever order and in how many parts the values came.
 */
export class Distribution {
  private dense: Uint32Array | undefined;
  private denseCount = 0;
  private readonly negative = new ValueList(Float64Array);
  private readonly middle = new ValueList(Uint32Array);
  private readonly high = new ValueList(Float64Array);
  private min_ = Number.POSITIVE_INFINITY;
  private max_ = Number.NEGATIVE_INFINITY;
  private total = 0;

  get count(): number {
    return this.total;
  }

  /** The arithmetic mean, or `null` when empty. */
  get mean(): number | null {
    if (this.total === 0) return null;
    let sum = 0;
    this.forEach((value, times) => {
      sum += value * times;
    });
    return sum / this.total;
  }

  /** The standard deviation of the whole population, or `null` when empty. */
  get sd(): number | null {
    const { mean } = this;
    if (mean === null) return null;
    let squares = 0;
    this.forEach((value, times) => {
      // Distances from the mean: sums of squares of large values would lose the small differences.
      squares += (value - mean) ** 2 * times;
    });
    return Math.sqrt(squares / this.total);
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
    if (value < this.min_) this.min_ = value;
    if (value > this.max_) this.max_ = value;

    if (value >= 0 && value < DENSE_LIMIT) {
      this.dense ??= new Uint32Array(DENSE_LIMIT);
      this.dense[value]!++;
      this.denseCount++;
    } else if (value < 0) this.negative.add(value);
    else if (value < MIDDLE_LIMIT) this.middle.add(value);
    else this.high.add(value);
  }

  /** Adds all values of another distribution. */
  merge(other: DistributionState): void {
    if (other.count === 0) return;
    this.total += other.count;
    this.min_ = Math.min(this.min_, other.min);
    this.max_ = Math.max(this.max_, other.max);
    if (other.dense.length > 0) {
      this.dense ??= new Uint32Array(DENSE_LIMIT);
      for (const [value, times] of other.dense.entries()) {
        this.dense[value]! += times;
        this.denseCount += times;
      }
    }
    for (const value of other.negative) this.negative.add(value);
    for (const value of other.middle) this.middle.add(value);
    for (const value of other.high) this.high.add(value);
  }

  state(): DistributionState {
    return {
      dense: this.dense?.slice(0, this.dense.findLastIndex((times) => times > 0) + 1) ?? new Uint32Array(0),
      negative: this.negative.sorted(),
      middle: this.middle.sorted(),
      high: this.high.sorted(),
      count: this.total,
      min: this.min_,
      max: this.max_,
    };
  }

  /** How many values are at most each of the `bounds`, which ascend and are not negative. */
  countsUpTo(bounds: readonly number[]): number[] {
    const negative = this.negative.sorted().length;
    const [middle, high] = [this.middle.sorted(), this.high.sorted()];
    let value = -1;
    let dense = 0;
    return bounds.map((bound) => {
      while (value < Math.min(bound, DENSE_LIMIT - 1)) {
        value++;
        dense += this.dense?.[value] ?? 0;
      }
      return negative + dense + upTo(middle, bound) + upTo(high, bound);
    });
  }

  /** The nearest-rank percentiles: each the smallest value that at least `p` % of all do not exceed. */
  percentiles(wanted: readonly number[]): Array<number | null> {
    if (this.total === 0) return wanted.map(() => null);
    const answers = new Map<number, number>();
    const valueAt = this.reader();
    for (const percent of [...new Set(wanted)].sort((a, b) => a - b)) {
      const rank = Math.min(this.total, Math.max(1, Math.ceil(exactRank(percent, this.total))));
      answers.set(percent, valueAt(rank));
    }
    return wanted.map((percent) => answers.get(percent)!);
  }

  /** Calls back for each value in ascending order, with how often it came. */
  private forEach(visit: (value: number, times: number) => void): void {
    for (const value of this.negative.sorted()) visit(value, 1);
    const { dense } = this;
    if (dense !== undefined) {
      for (let value = 0; value < DENSE_LIMIT; value++) if (dense[value]! > 0) visit(value, dense[value]!);
    }
    for (const value of this.middle.sorted()) visit(value, 1);
    for (const value of this.high.sorted()) visit(value, 1);
  }

  /** Finds the value of a rank (from 1); ranks must be asked in ascending order. */
  private reader(): (rank: number) => number {
    const negative = this.negative.sorted();
    const middle = this.middle.sorted();
    const high = this.high.sorted();
    const belowMiddle = negative.length + this.denseCount;
    let value = -1;
    let seen = negative.length;
    return (rank) => {
      if (rank <= negative.length) return negative[rank - 1]!;
      if (rank > belowMiddle + middle.length) return high[rank - 1 - belowMiddle - middle.length]!;
      if (rank > belowMiddle) return middle[rank - 1 - belowMiddle]!;
      while (seen < rank) seen += this.dense![++value]!;
      return value;
    };
  }
}

type Values = Float64Array | Uint32Array;

/** Numbers in chunks of typed arrays, so that growing neither copies nor leaves work to the collector. */
class ValueList {
  private full: Values[] = [];
  private last: Values;
  private lastLength = 0;
  private isSorted = true;

  constructor(private readonly Kind: new (length: number) => Values) {
    this.last = new Kind(0);
  }

  add(value: number): void {
    if (this.lastLength === this.last.length) {
      if (this.lastLength > 0) this.full.push(this.last);
      this.last = new this.Kind(CHUNK);
      this.lastLength = 0;
    }
    this.last[this.lastLength++] = value;
    this.isSorted = false;
  }

  /** All values in ascending order. More may be added later. */
  sorted(): Values {
    if (this.isSorted) return this.last.subarray(0, this.lastLength);
    const fullLength = this.full.reduce((sum, chunk) => sum + chunk.length, 0);
    const all = new this.Kind(fullLength + this.lastLength);
    let at = 0;
    for (const chunk of this.full) {
      all.set(chunk, at);
      at += chunk.length;
    }
    all.set(this.last.subarray(0, this.lastLength), at);
    all.sort();
    this.full = [];
    this.last = all;
    this.lastLength = all.length;
    this.isSorted = true;
    return all;
  }
}

/** How many of the ascending `values` are at most `bound`. */
function upTo(values: Values, bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `percent` of `total` without the dust of binary fractions: 99.9 % of 10,000 is 9,990, not 9,990.000…1. */
function exactRank(percent: number, total: number): number {
  const rank = (percent * total) / 100;
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) < 1e-9 * total ? nearest : rank;
}
