import { CountPage, PAGE_SPAN, type PageState } from "./count-page.ts";

const PAGES_LIMIT = 2 ** 32;
/** Numbers in a chunk of the rarer ones. */
const CHUNK = 2 ** 12;

/** A distribution on its way from one process to another. */
export interface DistributionState {
  pages: Array<{ number: number; counts: PageState }>;
  negative: Float64Array;
  high: Float64Array;
  min: number;
  max: number;
}

/**
 * Every value of a sample, so that its percentiles are exact. Values below 2^32 (an hour, in microseconds) are kept
 * in pages of 65,536 neighbours, 2 bytes for each value and never more than 256 KiB for a page; those that are
 * negative or larger take 8 bytes each. All figures come out of the sorted values: they are the same to the last digit
 * in whatever order and in how many parts the values came.
 */
export class Distribution {
  private readonly pages = new Map<number, CountPage>();
  /** Of the last value: the next one is probably near. */
  private lastNumber = -1;
  private lastPage = new CountPage();
  private readonly negative = new ValueList();
  private readonly high = new ValueList();
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
    this.put(value);
  }

  private put(value: number): void {
    if (value >= 0 && value < PAGES_LIMIT) this.page(value >>> 16).add(value & 0xffff);
    else if (value < 0) this.negative.add(value);
    else this.high.add(value);
  }

  /** Adds how long after `since` each of `times` was. */
  addSince(since: number, times: readonly number[]): void {
    let [min, max] = [this.min_, this.max_];
    for (const time of times) {
      const value = time - since;
      if (value < min) min = value;
      if (value > max) max = value;
      this.put(value);
    }
    this.min_ = min;
    this.max_ = max;
    this.total += times.length;
  }

  /** Adds all values of another distribution. */
  merge(other: DistributionState): void {
    this.min_ = Math.min(this.min_, other.min);
    this.max_ = Math.max(this.max_, other.max);
    this.total += other.negative.length + other.high.length;
    for (const { number, counts } of other.pages) this.total += this.page(number).merge(counts);
    for (const value of other.negative) this.negative.add(value);
    for (const value of other.high) this.high.add(value);
  }

  state(): DistributionState {
    return {
      pages: [...this.pages].map(([number, page]) => ({ number, counts: page.state() })),
      negative: this.negative.sorted(),
      high: this.high.sorted(),
      min: this.min_,
      max: this.max_,
    };
  }

  /** How many values are at most each of the `bounds`, which ascend and are not negative. */
  countsUpTo(bounds: readonly number[]): number[] {
    const counts: number[] = [];
    let seen = 0;
    this.forEach((value, times) => {
      while (counts.length < bounds.length && value > bounds[counts.length]!) counts.push(seen);
      seen += times;
    });
    while (counts.length < bounds.length) counts.push(seen);
    return counts;
  }

  /** The nearest-rank percentiles: each the smallest value that at least `p` % of all do not exceed. */
  percentiles(wanted: readonly number[]): Array<number | null> {
    if (this.total === 0) return wanted.map(() => null);
    const ascending = [...new Set(wanted)].sort((a, b) => a - b);
    const answers = new Map<number, number>();
    let seen = 0;
    this.forEach((value, times) => {
      seen += times;
      while (answers.size < ascending.length && seen >= rankOf(ascending[answers.size]!, this.total)) {
        answers.set(ascending[answers.size]!, value);
      }
    });
    return wanted.map((percent) => answers.get(percent)!);
  }

  private page(number: number): CountPage {
    if (number === this.lastNumber) return this.lastPage;
    let page = this.pages.get(number);
    if (page === undefined) {
      page = new CountPage();
      this.pages.set(number, page);
    }
    this.lastNumber = number;
    this.lastPage = page;
    return page;
  }

  /** Calls back for each value in ascending order, with how often it came. */
  private forEach(visit: (value: number, times: number) => void): void {
    for (const value of this.negative.sorted()) visit(value, 1);
    for (const number of [...this.pages.keys()].sort((a, b) => a - b)) {
      this.pages.get(number)!.forEach((low, times) => {
        visit(number * PAGE_SPAN + low, times);
      });
    }
    for (const value of this.high.sorted()) visit(value, 1);
  }
}

/** The place of a percentile among so many values, from 1. */
function rankOf(percent: number, total: number): number {
  return Math.min(total, Math.max(1, Math.ceil(exactRank(percent, total))));
}

/** Numbers in chunks of typed arrays, so that growing neither copies nor leaves work to the collector. */
class ValueList {
  private full: Float64Array[] = [];
  private last = new Float64Array(0);
  private lastLength = 0;
  private isSorted = true;

  add(value: number): void {
    if (this.lastLength === this.last.length) {
      if (this.lastLength > 0) this.full.push(this.last);
      this.last = new Float64Array(CHUNK);
      this.lastLength = 0;
    }
    this.last[this.lastLength++] = value;
    this.isSorted = false;
  }

  /** All values in ascending order. More may be added later. */
  sorted(): Float64Array {
    if (this.isSorted) return this.last.subarray(0, this.lastLength);
    const fullLength = this.full.reduce((sum, chunk) => sum + chunk.length, 0);
    const all = new Float64Array(fullLength + this.lastLength);
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

/** `percent` of `total` without the dust of binary fractions: 99.9 % of 10,000 is 9,990, not 9,990.000…1. */
function exactRank(percent: number, total: number): number {
  const rank = (percent * total) / 100;
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) < 1e-9 * total ? nearest : rank;
}
